import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './processes.ts';

/** One row of `npm run status -- --json`. */
export interface PartStatus {
  name: string;
  ready: boolean;
  state: string;
  version?: string;
  address?: string;
  since?: string;
  reason?: string;
}

/** The answer of `npm run status -- --json`. */
export interface SandboxStatus {
  ready: boolean;
  parts: PartStatus[];
}

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

  /** What `npm run status -- --json` says; undefined while nothing answers. */
  async status(): Promise<SandboxStatus | undefined> {
    const { stdout } = await run(
      process.execPath,
      [join(this.#options.root, 'bin/shopfloor.mjs'), 'status', '--json'],
      { cwd: this.#options.root, env: this.env, output: 'capture' },
    );
    try {
      return JSON.parse(stdout) as SandboxStatus;
    } catch {
      return undefined;
    }
  }

  /**
   * Waits until every part is ready.
   *
   * @throws Error when the launcher ends, a part is given up, or the time is over; the message names what is missing.
   */
  async untilReady(timeoutSeconds: number): Promise<SandboxStatus> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    let last: SandboxStatus | undefined;
    while (Date.now() < deadline) {
      last = await this.status();
      if (last?.ready) {
        return last;
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

  /** Stops the launcher as Ctrl-C does and waits for its end. */
  async stop(): Promise<void> {
    const launcher = this.#launcher;
    if (!launcher || launcher.exitCode !== null || launcher.signalCode) {
      return;
    }
    const ended = new Promise(resolve => launcher.once('close', resolve));
    launcher.kill('SIGINT');
    await Promise.race([ended, delay(60_000)]);
    this.#launcher = undefined;
  }
}
