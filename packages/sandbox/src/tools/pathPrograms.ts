import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { GoProgram } from './programs.ts';

const execute = promisify(execFile);

/** The first executable of that name on PATH. */
export function findOnPath(
  name: string,
  env: Record<string, string | undefined>,
): string | undefined {
  for (const dir of (env.PATH ?? '').split(delimiter)) {
    const path = join(dir || '.', name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** A program on PATH that does instead of building it, with its version. */
export async function usableOnPath(
  program: GoProgram,
  env: Record<string, string | undefined>,
): Promise<{ path: string; version: string } | undefined> {
  const path = program.onPath && findOnPath(program.name, env);
  if (!path || !program.onPath) {
    return undefined;
  }
  try {
    const { stdout, stderr } = await execute(path, program.onPath.args, {
      timeout: 10_000,
    });
    const version = program.onPath.accept(`${stdout}\n${stderr}`);
    return version ? { path, version } : undefined;
  } catch {
    return undefined;
  }
}
