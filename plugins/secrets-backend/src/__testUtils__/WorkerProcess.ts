import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RoundOrder, Told } from './workerMain';

/** To load it, or to do a round; minutes on a machine that is busy with other tests. */
const DEADLINE_MS = 240_000;

/** What a round came to. */
export interface Round {
  /** Whether the process ended itself by SIGKILL; it did the whole round otherwise. */
  killed: boolean;
  /** The moments that it passed, in their order. */
  points: string[];
}

/** The worker of grants in a process of its own. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<unknown>;
  #out = '';
  #log = '';

  /** Starts one; it loads while its starter does something else. */
  static start(): WorkerProcess {
    return new WorkerProcess(
      spawn(
        process.execPath,
        [
          '--require',
          require.resolve('@backstage/cli-node/config/nodeTransform.cjs'),
          join(__dirname, 'workerMain.ts'),
        ],
        {
          env: { PATH: process.env.PATH },
          stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        },
      ),
    );
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout!.on('data', chunk => {
      this.#out += String(chunk);
    });
    child.stderr!.on('data', chunk => {
      this.#log += String(chunk);
    });
    this.#ready = this.#told('ready');
    // Who waits for it is told.
    this.#ready.catch(() => {});
  }

  /** Does a round. The process goes on unless it was killed. */
  async run(order: RoundOrder): Promise<Round> {
    if (!(await this.#ready)) {
      throw new Error(`The worker did not start: ${this.#log}`);
    }
    this.#out = '';
    const done = this.#told('done');
    this.#child.send(order);
    const told = await done;
    if (!told && this.#child.signalCode !== 'SIGKILL') {
      throw new Error(`The worker failed: ${this.#log}`);
    }
    return {
      killed: !told,
      points: told?.points ?? this.#out.split('\n').filter(Boolean),
    };
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'exit');
    }
  }

  /** What the process says; `undefined` when it ends before, and then its output is complete. */
  #told(type: Told['type']): Promise<Told | undefined> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () =>
          reject(
            new Error(
              `The worker is not ${type} after ${DEADLINE_MS / 1000} s: ${this.#log}`,
            ),
          ),
        DEADLINE_MS,
      );
      const settle = (told?: Told) => {
        clearTimeout(timer);
        resolve(told);
      };
      child.on('message', function hear(message: unknown) {
        // The loader tells of files, too.
        if ((message as Told).type === type) {
          child.off('message', hear);
          settle(message as Told);
        }
      });
      child.once('close', () => settle());
    });
  }
}
