import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import {
  identify,
  isAlive,
  signalProcess,
  type ProcessIdentity,
} from '../supervisor/processes.ts';

/** How a process ended. */
export interface ProcessExit {
  /** As a shell counts it: 128 + signal when a signal ended it. */
  exitCode: number;
  signal?: number;
  /** Why there is no exit code of its own. */
  message?: string;
}

/** What to start. */
export interface LaunchOptions {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  /** Where output goes. The file itself, not a pipe, so that the process outlives a crash of the agent. */
  logPath: string;
}

/** How often an adopted process, which is nobody's child here, is looked at. */
const adoptedPollMs = 1000;

/** A process of a pod, the leader of its own group: started here, or found again after a restart of the agent. */
export class LocalProcess {
  readonly identity: ProcessIdentity;
  /** Resolves when the process is gone. */
  readonly exited: Promise<ProcessExit>;
  #over = false;

  private constructor(identity: ProcessIdentity, exited: Promise<ProcessExit>) {
    this.identity = identity;
    this.exited = exited.then(exit => {
      this.#over = true;
      return exit;
    });
  }

  /**
   * Starts a process.
   *
   * @throws when the file cannot be executed.
   */
  static async start(options: LaunchOptions): Promise<LocalProcess> {
    const log = openSync(options.logPath, 'a', 0o600);
    try {
      const child = spawn(options.file, options.args, {
        cwd: options.cwd,
        env: options.env,
        detached: true,
        stdio: ['ignore', log, log],
      });
      const exited = new Promise<ProcessExit>(resolve => {
        child.once('exit', (code, signal) => {
          const number = signal ? constants.signals[signal] : undefined;
          resolve({
            exitCode: number ? 128 + number : (code ?? 1),
            ...(number && { signal: number }),
          });
        });
      });
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
      const identity = identify(child.pid!) ?? {
        pid: child.pid!,
        startTime: 'gone',
      };
      return new LocalProcess(identity, exited);
    } finally {
      closeSync(log);
    }
  }

  /** Takes over a process that an earlier agent started; `undefined` when it is gone. */
  static adopt(identity: ProcessIdentity): LocalProcess | undefined {
    if (!isAlive(identity)) {
      return undefined;
    }
    const exited = (async (): Promise<ProcessExit> => {
      while (isAlive(identity)) {
        await delay(adoptedPollMs, undefined, { ref: false });
      }
      return {
        exitCode: 137,
        message:
          'The process was started by an earlier node agent; its exit code is not known',
      };
    })();
    return new LocalProcess(identity, exited);
  }

  get running(): boolean {
    return !this.#over;
  }

  /** Signals the process alone. */
  signal(signal: NodeJS.Signals): void {
    signalProcess(this.identity, signal);
  }

  /** Asks the process to end and kills its whole group when the grace is over. */
  async stop(options: { graceMs: number }): Promise<void> {
    if (this.#over) {
      return;
    }
    this.signal('SIGTERM');
    const over = new AbortController();
    await Promise.race([
      this.exited,
      delay(options.graceMs, undefined, { signal: over.signal }).catch(
        () => {},
      ),
    ]);
    over.abort();
    this.kill();
    await this.exited;
  }

  /** Kills the process and what it started. */
  kill(): void {
    if (this.#over) {
      try {
        // What it left behind in its group; a number that was reused leads no group of that name.
        process.kill(-this.identity.pid, 'SIGKILL');
      } catch {
        // No member left.
      }
      return;
    }
    signalProcess(this.identity, 'SIGKILL', { group: true });
    signalProcess(this.identity, 'SIGKILL');
  }
}
