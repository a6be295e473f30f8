import { randomUUID } from 'crypto';
import { mkdir, open, rename, rm } from 'fs/promises';
import { dirname } from 'path';
import { assertError } from '@backstage/errors';

/** Writes a file in place at once or not at all: another file first, then its name. Makes its folder. */
export async function writeAtomically(
  path: string,
  content: string,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    assertError(error);
    throw error;
  }
}
