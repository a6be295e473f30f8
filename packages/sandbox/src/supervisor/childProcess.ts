import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogFile } from './logFile.ts';
import type { CommandSpec } from './types.ts';

/** How a process ended, in words. */
export interface ProcessEnd {
  reason: string;
}

/** One running process of a part, the leader of its own process group. */
export class PartProcess {
  readonly pid: number | undefined;
  /** Resolves when the process is gone, also when it could not be started. */
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  #running = true;

  private constructor(child: ChildProcess, file: string) {
    this.#child = child;
    this.pid = child.pid;
    this.ended = new Promise(resolve => {
      child.once('error', error => {
        this.#running = false;
        resolve({ reason: `${file} could not be started: ${error.message}` });
      });
      child.once('exit', (code, signal) => {
        this.#running = false;
        // What it started goes with it; a group without members is no error.
        this.#signalGroup('SIGKILL');
        resolve({
          reason: signal
            ? `killed by ${signal}`
            : `ended with exit code ${code}`,
        });
      });
    });
  }

  /** Starts the process with its output in the log. */
  static start(options: {
    spec: CommandSpec;
    env: Record<string, string>;
    log: LogFile;
  }): PartProcess {
    const { spec, env, log } = options;
    const descriptor = log.open();
    try {
      const child = spawn(spec.file, spec.args, {
        cwd: spec.cwd,
        env: { ...env, ...spec.env },
        uid: spec.uid,
        gid: spec.gid,
        // A group of its own: Ctrl-C in the terminal reaches only the launcher, which stops all in order.
        detached: true,
        stdio: ['ignore', descriptor, descriptor],
      });
      return new PartProcess(child, spec.file);
    } finally {
      closeSync(descriptor);
    }
  }

  get running(): boolean {
    return this.#running;
  }

  /** Asks the process to end, and kills its group when the grace is over or `hurry` is aborted. */
  async stop(options: {
    signal: NodeJS.Signals;
    graceMs: number;
    hurry?: AbortSignal;
  }): Promise<void> {
    if (!this.#running) {
      return;
    }
    this.#child.kill(options.signal);
    const over = new AbortController();
    const grace = delay(options.graceMs, undefined, {
      signal: options.hurry
        ? AbortSignal.any([options.hurry, over.signal])
        : over.signal,
    }).catch(() => {});
    await Promise.race([this.ended, grace]);
    over.abort();
    if (this.#running) {
      this.#signalGroup('SIGKILL');
      await this.ended;
    }
  }

  #signalGroup(signal: NodeJS.Signals): void {
    if (this.pid === undefined) {
      return;
    }
    try {
      process.kill(-this.pid, signal);
    } catch {
      // No member left.
    }
  }
}
