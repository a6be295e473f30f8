import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Options of {@link startProgram}. */
export interface StartProgramOptions {
  /** For Node: its flags, the file, and what that is given. */
  args: readonly string[];
  cwd?: string;
  /** All of its environment, besides PATH. */
  env: Record<string, string | undefined>;
  /** Each line of its log. */
  onLine?: (line: string) => void;
}

/** A service that runs as a process of its own. */
export interface RunningProgram {
  child: ChildProcess;
  /** Where it listens. */
  port: number;
  /** Settles with the status when it has ended; undefined when a signal ended it. */
  exit: Promise<number | undefined>;
}

/** Ends a process at once, as `kill -9` does, and waits until it is gone. */
export async function killProgram(
  child: ChildProcess | undefined,
): Promise<void> {
  if (child && child.exitCode === null && child.signalCode === null) {
    const gone = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
}

/**
 * Starts a service as a process of its own, with nothing of this environment but PATH,
 * as a pod gets it.
 *
 * @returns when it listens
 * @throws Error when it ends before
 */
export async function startProgram(
  options: StartProgramOptions,
): Promise<RunningProgram> {
  const child = spawn(process.execPath, options.args, {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, ...options.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = new Promise<number | undefined>(resolve =>
    child.once('exit', code => resolve(code ?? undefined)),
  );
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', line => {
      options.onLine?.(line);
      const found = /Listening on .*:(\d+)$/.exec(JSON.parse(line).message);
      if (found) {
        resolve(Number(found[1]));
      }
    });
    void exit.then(code =>
      reject(new Error(`${options.args.join(' ')} ended: ${code}`)),
    );
  });
  return { child, port, exit };
}
