import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A server that runs for the tests. */
export interface TestServer {
  /** What tests find it by. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

/** Why a server cannot be had on this machine. */
export class UnavailableServer extends Error {}

/** The file of a program on PATH. */
export function findProgram(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  return (env.PATH ?? '')
    .split(path.delimiter)
    .map(folder => path.join(folder, name))
    .find(file => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** @throws UnavailableServer when a program is not on PATH */
export function requireProgram(name: string, comesWith: string): string {
  const file = findProgram(name);
  if (!file) {
    throw new UnavailableServer(`${name} is not on PATH (${comesWith})`);
  }
  return file;
}

/** A program that runs until it is stopped. */
export interface Running {
  /** Rejects when it ends by itself. */
  failed: Promise<never>;
  stop(): Promise<void>;
}

/** Starts a program whose standard input stays open; ours end when it closes, even if this process is killed. */
export function start(command: string, args: readonly string[]): Running {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  const hear = (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-4000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.stdin.on('error', () => undefined);
  const exit = new Promise<number | null>(resolve => {
    child.once('close', resolve);
    child.once('error', error => {
      said += String(error);
      resolve(null);
    });
  });
  const failed = exit.then(code => {
    throw new Error(`${path.basename(command)} ended with ${code}: ${said}`);
  });
  failed.catch(() => undefined);
  return {
    failed,
    stop: async () => {
      child.stdin.end();
      const ended = await Promise.race([
        exit.then(() => true),
        delay(3000, false, { ref: false }),
      ]);
      if (!ended) {
        child.kill('SIGKILL');
        await exit;
      }
    },
  };
}

/** Waits until a check passes, or the program has ended, or it took too long. */
export async function untilReady(
  running: Running,
  check: () => Promise<boolean>,
  options: { timeoutMs: number },
): Promise<void> {
  const deadline = performance.now() + options.timeoutMs;
  const look = async () => {
    while (!(await check().catch(() => false))) {
      if (performance.now() > deadline) {
        throw new Error(`not ready within ${options.timeoutMs} ms`);
      }
      await delay(100);
    }
  };
  await Promise.race([look(), running.failed]);
}

/** Whether something listens on a loopback port. */
export async function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
