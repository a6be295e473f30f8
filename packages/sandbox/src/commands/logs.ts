import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { logPath } from '../supervisor/supervisor.ts';
import { Refusal, type CommandEnvironment } from './environment.ts';

/** `npm run logs -- <part> [-f]`: prints a part's log, and what is added with `-f`. */
export async function logs(
  { stateDir }: CommandEnvironment,
  args: string[],
): Promise<number> {
  const follow = args.includes('-f') || args.includes('--follow');
  const part = args.find(arg => !arg.startsWith('-'));
  const path = part && logPath(stateDir, basename(part));
  if (!path || !existsSync(path)) {
    const dir = join(stateDir, 'logs');
    const known = existsSync(dir)
      ? readdirSync(dir)
          .filter(name => name.endsWith('.log'))
          .map(name => name.replace(/\.log$/, ''))
      : [];
    throw new Refusal(
      `${part ? `There is no log of ${part}.` : 'Which part?'} npm run logs -- <part> [-f]\nLogs: ${
        known.join(', ') || 'none yet'
      }`,
    );
  }
  process.stdout.write(readFileSync(path, 'utf8'));
  if (follow) {
    await followFile(path);
  }
  return 0;
}

async function followFile(path: string): Promise<never> {
  let position = statSync(path).size;
  for (;;) {
    await delay(300);
    const { size } = statSync(path);
    if (size < position) {
      // It was rotated.
      position = 0;
    }
    if (size > position) {
      const file = await open(path);
      try {
        const buffer = Buffer.alloc(size - position);
        const { bytesRead } = await file.read(
          buffer,
          0,
          buffer.length,
          position,
        );
        process.stdout.write(buffer.subarray(0, bytesRead));
        position += bytesRead;
      } finally {
        await file.close();
      }
    }
  }
}
