import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

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
  /** `capture` returns standard output instead of showing it; standard error is always shown. */
  output?: 'show' | 'capture';
}

/** Runs a program to its end. Never throws on a non-zero exit: the code is part of the answer. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  const startedAt = performance.now();
  const capture = options.output === 'capture';
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', capture ? 'pipe' : 'inherit', 'inherit'],
  });
  let stdout = '';
  child.stdout?.on('data', chunk => (stdout += chunk));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', exitCode => resolve(exitCode ?? 1));
  });
  return {
    code,
    stdout,
    durationSeconds: (performance.now() - startedAt) / 1000,
  };
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
