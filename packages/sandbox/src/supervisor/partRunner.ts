import { setTimeout as delay } from 'node:timers/promises';
import {
  DEFAULT_BACKOFF,
  decideRestart,
  type BackoffPolicy,
} from './backoff.ts';
import { PartProcess } from './childProcess.ts';
import type { LogFile } from './logFile.ts';
import { mayFollow, transition, type PartCondition } from './partState.ts';
import type { PidFiles } from './pidFiles.ts';
import { runProbe } from './probe.ts';
import type {
  PartDefinition,
  PartRun,
  PartState,
  PartStatus,
  ProcessPart,
} from './types.ts';

const LAST_LINES = 8;
/** One failed answer can be a pause of a busy machine; that many in a row are not. */
const FAILURES_UNTIL_UNHEALTHY = 3;

/** What a runner needs from the supervisor. */
export interface PartRunnerOptions {
  definition: PartDefinition;
  childEnv: Readonly<Record<string, string>>;
  log: LogFile;
  pidFiles: PidFiles;
  backoff?: Partial<BackoffPolicy>;
  /** Resolves when all parts it depends on are ready. */
  dependencies: () => Promise<void>;
  /** Resolves when the programs it needs are built. */
  tools: (options: {
    onProgress: (message: string) => void;
    signal: AbortSignal;
  }) => Promise<void>;
  onChange: (status: PartStatus) => void;
}

interface RunEnd {
  reason: string;
  readyForMs: number;
}

/** Runs one part: waits for what it needs, starts it, watches it, restarts it, gives it up. */
export class PartRunner {
  readonly definition: PartDefinition;
  /** Resolves when the part is ready for the first time. */
  readonly firstReady: Promise<void>;
  readonly #options: PartRunnerOptions;
  readonly #policy: BackoffPolicy;
  readonly #stopping = new AbortController();
  #resolveFirstReady!: () => void;
  #condition: PartCondition = {
    state: 'waiting',
    since: new Date(),
    reason: undefined,
  };
  #loop: Promise<void> | undefined;
  #process: PartProcess | undefined;

  constructor(options: PartRunnerOptions) {
    this.#options = options;
    this.definition = options.definition;
    this.#policy = {
      ...DEFAULT_BACKOFF,
      ...options.backoff,
      ...(options.definition.maxFailures
        ? { maxFailures: options.definition.maxFailures }
        : {}),
    };
    this.firstReady = new Promise(resolve => {
      this.#resolveFirstReady = resolve;
    });
  }

  get state(): PartState {
    return this.#condition.state;
  }

  /** The row of this part in status. */
  status(): PartStatus {
    const { definition } = this;
    const { state, since, reason } = this.#condition;
    return {
      name: definition.name,
      ready: state === 'ready',
      state,
      version:
        typeof definition.version === 'function'
          ? definition.version()
          : definition.version,
      address: definition.address,
      since: since.toISOString(),
      reason,
    };
  }

  start(): void {
    this.#loop ??= this.#run().catch(error => {
      if (!this.#stopping.signal.aborted) {
        this.#options.log.line(`the supervisor failed: ${error.stack}`);
        this.#set('failed', `the supervisor failed: ${error.message}`);
      }
    });
  }

  /** Stops the part for good. */
  async stop(options: { hurry?: AbortSignal } = {}): Promise<void> {
    this.#stopping.abort();
    await this.#stopProcess(options.hurry);
    await this.#loop;
    this.#set('stopped');
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    await orAborted(this.#options.dependencies(), signal);
    let failures = 0;
    while (!signal.aborted) {
      const end = (await this.#build()) ?? (await this.#attempt());
      if (signal.aborted || end === 'done') {
        return;
      }
      this.#options.log.line(end.reason);
      const decision = decideRestart({
        policy: this.#policy,
        failures,
        readyForMs: end.readyForMs,
      });
      failures = decision.failures;
      if (decision.kind === 'give-up') {
        this.#set('failed', this.#obituary(end.reason, failures));
        return;
      }
      this.#set(
        'restarting',
        `${end.reason}; try ${failures + 1} of ${this.#policy.maxFailures} in ${
          decision.delayMs / 1000
        } s`,
      );
      await delay(decision.delayMs, undefined, { signal }).catch(() => {});
    }
  }

  /** Waits for the programs the part needs; nothing when they are there. */
  async #build(): Promise<RunEnd | undefined> {
    if (!this.definition.tools?.length) {
      return undefined;
    }
    try {
      await this.#options.tools({
        signal: this.#stopping.signal,
        onProgress: message => this.#set('building', message),
      });
      return undefined;
    } catch (error) {
      return { reason: words(error), readyForMs: 0 };
    }
  }

  async #attempt(): Promise<RunEnd | 'done'> {
    this.#set('starting');
    const attempt = new AbortController();
    const run: PartRun = {
      log: this.#options.log,
      signal: AbortSignal.any([attempt.signal, this.#stopping.signal]),
      progress: message => {
        if (this.#condition.state === 'starting') {
          this.#set('starting', message);
        }
      },
    };
    try {
      if (this.definition.kind === 'task') {
        await this.definition.run(run);
        this.#becomeReady();
        return 'done';
      }
      return await this.#runProcess(this.definition, run);
    } catch (error) {
      await this.#stopProcess();
      if (error instanceof Error && !this.#stopping.signal.aborted) {
        this.#options.log.line(error.stack ?? error.message);
      }
      return { reason: words(error), readyForMs: 0 };
    } finally {
      attempt.abort();
    }
  }

  async #runProcess(part: ProcessPart, run: PartRun): Promise<RunEnd> {
    await part.prepare?.(run);
    const spec = await part.command(run);
    run.signal.throwIfAborted();
    const child = PartProcess.start({
      spec,
      env: this.#options.childEnv,
      log: this.#options.log,
    });
    this.#process = child;
    if (child.pid !== undefined) {
      this.#options.pidFiles.write(
        part.name,
        child.pid,
        part.stopSignal ?? 'SIGTERM',
      );
    }
    const over = new AbortController();
    const signal = AbortSignal.any([run.signal, over.signal]);
    const watch = this.#watch(part, { ...run, signal });
    watch.catch(() => {});
    try {
      const first = await Promise.race([child.ended, watch]);
      return {
        reason: first.reason,
        readyForMs:
          this.#condition.state === 'ready'
            ? Date.now() - this.#condition.since.getTime()
            : 0,
      };
    } finally {
      over.abort();
      await this.#stopProcess();
      this.#options.pidFiles.remove(part.name);
    }
  }

  /** Resolves with the reason when the process has to be restarted although it runs. */
  async #watch(part: ProcessPart, run: PartRun): Promise<{ reason: string }> {
    const timeoutMs = part.startTimeoutMs ?? 120_000;
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const problem = await this.#probe(part, run.signal);
      run.signal.throwIfAborted();
      if (problem === undefined) {
        break;
      }
      if (Date.now() > deadline) {
        return { reason: `not ready within ${timeoutMs / 1000} s: ${problem}` };
      }
      this.#set('starting', problem);
      await delay(250, undefined, { signal: run.signal });
    }
    await part.setUp?.(run);
    run.signal.throwIfAborted();
    this.#becomeReady();
    return this.#watchReady(part, run);
  }

  async #watchReady(
    part: ProcessPart,
    run: PartRun,
  ): Promise<{ reason: string }> {
    const intervalMs = part.healthIntervalMs ?? 2000;
    const restartMs = part.unhealthyRestartMs ?? 60_000;
    let failed = 0;
    let failedSince = 0;
    for (;;) {
      await delay(intervalMs, undefined, { signal: run.signal });
      const problem = await this.#probe(part, run.signal);
      run.signal.throwIfAborted();
      if (problem === undefined) {
        failed = 0;
        this.#set('ready');
        continue;
      }
      failed += 1;
      if (failed === 1) {
        failedSince = Date.now();
      }
      if (failed >= FAILURES_UNTIL_UNHEALTHY) {
        this.#set('unhealthy', problem);
        if (restartMs !== false && Date.now() - failedSince > restartMs) {
          return {
            reason: `unhealthy for ${restartMs / 1000} s: ${problem}`,
          };
        }
      }
    }
  }

  async #probe(
    part: ProcessPart,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    try {
      await runProbe(part.health, { signal });
      return undefined;
    } catch (error) {
      return words(error);
    }
  }

  async #stopProcess(hurry?: AbortSignal): Promise<void> {
    const part = this.definition;
    if (part.kind !== 'process' || !this.#process) {
      return;
    }
    await this.#process.stop({
      signal: part.stopSignal ?? 'SIGTERM',
      graceMs: part.stopGraceMs ?? 10_000,
      hurry,
    });
  }

  #becomeReady(): void {
    this.#set('ready');
    this.#resolveFirstReady();
  }

  #obituary(reason: string, failures: number): string {
    const lines = this.#options.log
      .tail(LAST_LINES * 2)
      .filter(line => !line.includes('[shopfloor]'))
      .slice(-LAST_LINES);
    const told = `given up after ${failures} failures: ${reason}`;
    return lines.length
      ? `${told}. Last lines of its log:\n${lines.join('\n')}`
      : told;
  }

  #set(state: PartState, reason?: string): void {
    const before = this.#condition;
    if (
      before.state === 'stopped' ||
      (this.#stopping.signal.aborted && state !== 'stopped') ||
      !mayFollow(before.state, state)
    ) {
      return;
    }
    this.#condition = transition(before, { state, reason, at: new Date() });
    if (before.state !== state || before.reason !== reason) {
      this.#options.onChange(this.status());
    }
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error('stopped'));
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject);
  });
}
