import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SandboxStatus } from '@shopfloor/sandbox';
import {
  askLauncher,
  askStop,
} from '@shopfloor/sandbox/src/supervisor/control.ts';
import { lockHolder } from '@shopfloor/sandbox/src/supervisor/fileLock.ts';
import { stopLeftovers } from '@shopfloor/sandbox/src/supervisor/pidFiles.ts';
import { run } from './processes.ts';

const STOPS_WITHIN_MS = 90_000;

/** Where the sandbox of a test run lives: beside the one of `npm start`, never on top of it. */
export interface TestSandboxOptions {
  root: string;
  portBase: number;
  stateDir: string;
  logFile: string;
}

/**
 * The sandbox a test run is made on, driven by the same command that a person types.
 *
 * It runs in a process group of its own, so that a test may kill the launcher and
 * start it again.
 */
export class TestSandbox {
  readonly #options: TestSandboxOptions;
  #launcher: ChildProcess | undefined;

  constructor(options: TestSandboxOptions) {
    this.#options = options;
  }

  /** The variables that point a command at this sandbox. */
  get env(): NodeJS.ProcessEnv {
    return {
      SHOPFLOOR_PORT_BASE: String(this.#options.portBase),
      SHOPFLOOR_STATE: this.#options.stateDir,
    };
  }

  /** Removes what an earlier run left. */
  async clear(): Promise<void> {
    await this.stop();
    rmSync(this.#options.stateDir, { recursive: true, force: true });
  }

  /** Starts the launcher and returns at once. */
  start(): void {
    mkdirSync(join(this.#options.logFile, '..'), { recursive: true });
    const log = createWriteStream(this.#options.logFile, { flags: 'a' });
    this.#launcher = spawn(
      process.execPath,
      [join(this.#options.root, 'bin/shopfloor.mjs'), 'start'],
      {
        cwd: this.#options.root,
        env: { ...process.env, ...this.env },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      },
    );
    this.#launcher.stdout?.pipe(log, { end: false });
    this.#launcher.stderr?.pipe(log, { end: false });
  }

  /** The launcher's process id, for a test that kills it. */
  get launcherPid(): number | undefined {
    return this.#launcher?.pid;
  }

  /** What the launcher says, over the socket that `npm run status` asks as well; undefined while nothing answers. */
  status(): Promise<SandboxStatus | undefined> {
    return askLauncher(this.#options.stateDir);
  }

  /** What `npm run status -- --json` prints. A process of its own: not to be asked again and again. */
  async statusCommand(): Promise<SandboxStatus | undefined> {
    const { stdout } = await run(
      process.execPath,
      [join(this.#options.root, 'bin/shopfloor.mjs'), 'status', '--json'],
      { cwd: this.#options.root, env: this.env, capture: true },
    );
    try {
      return JSON.parse(stdout) as SandboxStatus;
    } catch {
      return undefined;
    }
  }

  /**
   * Waits until every part is ready, and the command says so too.
   *
   * @throws Error when the launcher ends, the time is over, or the signal is aborted; the message names what is missing.
   */
  async untilReady(
    timeoutSeconds: number,
    signal?: AbortSignal,
  ): Promise<SandboxStatus> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    let last: SandboxStatus | undefined;
    while (Date.now() < deadline) {
      signal?.throwIfAborted();
      last = await this.status();
      const told = last?.ready ? await this.statusCommand() : undefined;
      if (told?.ready) {
        return told;
      }
      if (this.#launcher && this.#launcher.exitCode !== null) {
        throw new Error(
          `The launcher ended with code ${this.#launcher.exitCode}; see ${
            this.#options.logFile
          }`,
        );
      }
      await delay(1000);
    }
    const missing = (last?.parts ?? [])
      .filter(part => !part.ready)
      .map(part => `${part.name} is ${part.state}: ${part.reason ?? ''}`);
    throw new Error(
      `The sandbox was not ready within ${timeoutSeconds} s. ${missing.join(
        '; ',
      )}`,
    );
  }

  /** Stops the sandbox as Ctrl-C does, also one that a test has started again, and waits for its end. */
  async stop(): Promise<void> {
    const { stateDir } = this.#options;
    const launcher = this.#launcher;
    this.#launcher = undefined;
    const starting = () =>
      launcher !== undefined &&
      launcher.exitCode === null &&
      launcher.signalCode === null;
    const lock = join(stateDir, 'launcher.lock');
    if (starting()) {
      launcher?.kill('SIGINT');
    } else if (lockHolder(lock)) {
      await askStop(stateDir);
    }
    const deadline = Date.now() + STOPS_WITHIN_MS;
    while ((starting() || lockHolder(lock)) && Date.now() < deadline) {
      await delay(200);
    }
    if (existsSync(join(stateDir, 'run'))) {
      await stopLeftovers(stateDir);
    }
  }
}
