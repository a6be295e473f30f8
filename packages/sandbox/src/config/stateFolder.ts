import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeFileAtomic } from './files.ts';

/**
 * The shape of what lies in a state folder. Raise it with a change that an older launcher could not read, and teach
 * `openStateFolder` to bring the older shape up to date.
 */
export const STATE_SCHEMA = 1;

/** The state folder that the environment names; default `.sandbox` in the clone. */
export function stateFolder(
  repoRoot: string,
  env: Record<string, string | undefined>,
): string {
  return resolve(repoRoot, env.SHOPFLOOR_STATE || '.sandbox');
}

/**
 * Makes the state folder, or checks that this version can read the one there.
 *
 * @throws Error when a newer version wrote it
 */
export function openStateFolder(stateDir: string): void {
  mkdirSync(stateDir, { recursive: true });
  const path = join(stateDir, 'state.json');
  if (existsSync(path)) {
    const { schema } = JSON.parse(readFileSync(path, 'utf8'));
    if (schema > STATE_SCHEMA) {
      throw new Error(
        `The state in ${stateDir} was written by a newer version of Shopfloor (its schema is ${schema}, this version knows ${STATE_SCHEMA}).\n` +
          'Update this clone with git pull, or start fresh with npm run reset, or use another folder with SHOPFLOOR_STATE.',
      );
    }
    return;
  }
  writeFileAtomic({
    path,
    content: `${JSON.stringify({ schema: STATE_SCHEMA })}\n`,
  });
}
