import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { delimiter, join } from 'node:path';
import type { PhaseLog } from './PhaseLog.ts';

/** How a child process ended, and how long it took. */
export interface RunResult {
  code: number;
  stdout: string;
  durationSeconds: number;
}

/** Options of {@link run}. */
export interface RunOptions {
  cwd: string;
  env?: NodeJS.ProcessEnv;
  /** Where it prints; default: where we do. */
  log?: PhaseLog;
  /** Returns standard output instead of printing it; standard error is always printed. */
  capture?: boolean;
  /** Whether it only computes, and gives way to programs that measure how long something takes. */
  yielding?: boolean;
}

/** How long a program may take to end once it was told to. */
const ENDS_WITHIN_MS = 20_000;

const running = new Set<ChildProcess>();
let stopping = false;

/**
 * Runs a program to its end. Never throws on a non-zero exit: the code is part of the answer.
 *
 * @throws Error when it cannot be started, or {@link stopRunning} was called
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  if (stopping) throw new Error('The run was interrupted');
  const startedAt = performance.now();
  const target = options.log?.target ?? 'inherit';
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', options.capture ? 'pipe' : target, target],
    // A group of its own, so that everything it started can be ended with it.
    detached: true,
  });
  running.add(child);
  if (options.yielding) yieldToOthers(child);
  let stdout = '';
  child.stdout?.on('data', chunk => (stdout += chunk));
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      // What it left behind ends with it: a worker that hangs, a server of a test. They may hold its output open.
      child.once('exit', () => signalGroup(child, 'SIGKILL'));
      child.once('close', exitCode => resolve(exitCode ?? 1));
    });
    return {
      code,
      stdout,
      durationSeconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    running.delete(child);
  }
}

/** Ends all that {@link run} has started, with everything they started, and starts nothing more. */
export function stopRunning(): void {
  stopping = true;
  for (const child of running) {
    signalGroup(child, 'SIGINT');
    setTimeout(() => signalGroup(child, 'SIGKILL'), ENDS_WITHIN_MS).unref();
  }
}

/** As {@link stopRunning}, at once. */
export function killRunning(): void {
  stopping = true;
  running.forEach(child => signalGroup(child, 'SIGKILL'));
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody of the group is there any more.
  }
}

function yieldToOthers(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    const low = constants.priority.PRIORITY_BELOW_NORMAL;
    setPriority(child.pid, Math.max(getPriority(), low));
  } catch {
    // A courtesy, not a condition.
  }
}

/** The browser for the journeys: `SHOPFLOOR_CHROME`, else the first of the usual names on PATH. */
export function findChrome(env: NodeJS.ProcessEnv): string | undefined {
  if (env.SHOPFLOOR_CHROME) {
    return env.SHOPFLOOR_CHROME;
  }
  const names = [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
  ];
  return (env.PATH ?? '')
    .split(delimiter)
    .flatMap(folder => names.map(name => join(folder, name)))
    .find(existsSync);
}
