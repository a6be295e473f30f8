import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from './processes.ts';

/** The process that holds a lock. */
export interface LockHolder extends ProcessIdentity {
  /** ISO time at which it took the lock. */
  takenAt: string;
}

/** A lock that was taken, or the living process that holds it. */
export type LockResult =
  { kind: 'taken'; release: () => void } | { kind: 'held'; holder: LockHolder };

/** The living process that holds the lock, if there is one. */
export function lockHolder(path: string): LockHolder | undefined {
  try {
    const holder: LockHolder = JSON.parse(readFileSync(path, 'utf8'));
    return isAlive(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Takes a lock file for this process, safe against others that try at the same time. The lock of a dead process is void. */
export function takeLock(path: string): LockResult {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${path}.${process.pid}`;
  const record: LockHolder = {
    ...identify(process.pid)!,
    takenAt: new Date().toISOString(),
  };
  writeFileSync(mine, JSON.stringify(record));
  try {
    for (;;) {
      try {
        // A link appears together with its content, and fails when another process was first.
        linkSync(mine, path);
        return { kind: 'taken', release: () => release(path) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
          throw error;
        }
      }
      const holder = lockHolder(path);
      if (holder) {
        return { kind: 'held', holder };
      }
      discardStale(path);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Two processes may find the same stale lock: it is moved away first, and put back if another took it in between. */
function discardStale(path: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (lockHolder(aside)) {
    try {
      linkSync(aside, path);
    } catch {
      // Taken again by a third one, which is as good.
    }
  }
  rmSync(aside, { force: true });
}

function release(path: string): void {
  if (lockHolder(path)?.pid === process.pid) {
    rmSync(path, { force: true });
  }
}
