import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { CommandEnvironment } from './environment.ts';

/** `npm run shoppers -- --rate R --minutes M`: more shoppers than browse by default, for a while. */
export async function shoppers(
  { repoRoot }: CommandEnvironment,
  args: string[],
): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(repoRoot, 'packages/sandbox/src/shoppers/main.ts'),
      ...args,
    ],
    { stdio: 'inherit' },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => resolve(code ?? 1));
  });
}
