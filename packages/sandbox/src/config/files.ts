import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file so that a reader, or a crash, never meets half of it. */
export function writeFileAtomic(options: {
  path: string;
  content: string;
  mode?: number;
}): void {
  const { path, content, mode } = options;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode: mode ?? 0o644, flush: true });
  renameSync(temporary, path);
}
