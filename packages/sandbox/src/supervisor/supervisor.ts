import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BackoffPolicy } from './backoff.ts';
import { dependantsOf, startOrder } from './graph.ts';
import { LogFile } from './logFile.ts';
import { PartRunner } from './partRunner.ts';
import { PidFiles } from './pidFiles.ts';
import { stopProcesses, taggedProcesses } from './processes.ts';
import type {
  PartDefinition,
  PartStatus,
  SandboxStatus,
  ToolName,
} from './types.ts';

const ROTATION_INTERVAL_MS = 15_000;

/** Makes sure that programs are built. */
export type ToolsReady = (options: {
  tools: ToolName[];
  onProgress: (message: string) => void;
  signal: AbortSignal;
}) => Promise<void>;

/** What a {@link Supervisor} runs and where. */
export interface SupervisorOptions {
  parts: PartDefinition[];
  stateDir: string;
  childEnv: Readonly<Record<string, string>>;
  toolsReady: ToolsReady;
  backoff?: Partial<BackoffPolicy>;
  onChange?: (status: PartStatus) => void;
}

/** Starts parts in the order of their dependencies, keeps them running and stops them in reverse. */
export class Supervisor {
  readonly #runners: PartRunner[];
  readonly #options: SupervisorOptions;
  readonly #logs: LogFile[];
  #rotation: NodeJS.Timeout | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const pidFiles = new PidFiles(options.stateDir);
    const ordered = startOrder(options.parts);
    this.#logs = ordered.map(
      part => new LogFile({ path: logPath(options.stateDir, part.name) }),
    );
    this.#runners = ordered.map(
      (definition, index) =>
        new PartRunner({
          definition,
          childEnv: options.childEnv,
          log: this.#logs[index],
          pidFiles,
          backoff: options.backoff,
          dependencies: async () => {
            await Promise.all(
              (definition.dependsOn ?? []).map(
                name => this.#runner(name).firstReady,
              ),
            );
            await this.#yieldTurn(definition);
          },
          tools: run =>
            options.toolsReady({ tools: definition.tools ?? [], ...run }),
          onChange: status => options.onChange?.(status),
        }),
    );
  }

  start(): void {
    this.#runners.forEach(runner => runner.start());
    this.#rotation = setInterval(
      () => this.#logs.forEach(log => log.rotate()),
      ROTATION_INTERVAL_MS,
    );
    this.#rotation.unref();
  }

  /** Resolves when the part is ready for the first time. */
  whenReady(name: string): Promise<void> {
    return this.#runner(name).firstReady;
  }

  status(): SandboxStatus {
    const parts = this.#runners.map(runner => this.#statusOf(runner));
    return { ready: parts.every(part => part.ready), parts };
  }

  /** Stops all parts, each before those it depends on. `hurry` turns the rest into kills. */
  async stop(options: { hurry?: AbortSignal } = {}): Promise<void> {
    clearInterval(this.#rotation);
    const definitions = this.#runners.map(runner => runner.definition);
    const stopped = new Map<string, Promise<void>>();
    const stopOne = (runner: PartRunner): Promise<void> => {
      const { name } = runner.definition;
      const known = stopped.get(name);
      if (known) {
        return known;
      }
      const before = [...dependantsOf(definitions, name)].map(dependant =>
        stopOne(this.#runner(dependant)),
      );
      const work = Promise.all(before).then(() => runner.stop(options));
      stopped.set(name, work);
      return work;
    };
    await Promise.all(this.#runners.map(stopOne));
    await stopProcesses(taggedProcesses(this.#options.stateDir), {
      graceMs: 2000,
    });
  }

  async #yieldTurn({ yieldsTo }: PartDefinition): Promise<void> {
    const first = this.#runners.find(
      ({ definition }) => definition.name === yieldsTo?.part,
    );
    if (yieldsTo && first) {
      await Promise.race([
        first.firstReady,
        delay(yieldsTo.atMostMs, undefined, { ref: false }),
      ]);
    }
  }

  #statusOf(runner: PartRunner): PartStatus {
    const status = runner.status();
    if (status.state !== 'waiting') {
      return status;
    }
    const missing = (runner.definition.dependsOn ?? [])
      .map(name => this.#runner(name))
      .filter(dependency => dependency.state !== 'ready')
      .map(dependency => `${dependency.definition.name} (${dependency.state})`);
    return missing.length
      ? { ...status, reason: `waits for ${missing.join(', ')}` }
      : status;
  }

  #runner(name: string): PartRunner {
    const runner = this.#runners.find(
      candidate => candidate.definition.name === name,
    );
    if (!runner) {
      throw new Error(`${name} is no part of this sandbox`);
    }
    return runner;
  }
}

/** Where the output of a part is written. */
export function logPath(stateDir: string, part: string): string {
  return join(stateDir, 'logs', `${part}.log`);
}
