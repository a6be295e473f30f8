import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../config/files.ts';
import {
  identify,
  isAlive,
  stopProcesses,
  taggedProcesses,
  type ProcessIdentity,
} from './processes.ts';

/** What is noted about a part's running process. */
export interface PidRecord extends ProcessIdentity {
  part: string;
  stopSignal: NodeJS.Signals;
}

/** The processes of the parts, noted in `<state>/run/` so that a later launcher finds them. */
export class PidFiles {
  readonly #dir: string;

  constructor(stateDir: string) {
    this.#dir = join(stateDir, 'run');
    mkdirSync(this.#dir, { recursive: true });
  }

  /** Notes a process that was just started; nothing when it is gone already. */
  write(part: string, pid: number, stopSignal: NodeJS.Signals): void {
    const identity = identify(pid);
    if (identity) {
      const record: PidRecord = { ...identity, part, stopSignal };
      writeFileAtomic({
        path: join(this.#dir, `${part}.json`),
        content: `${JSON.stringify(record)}\n`,
      });
    }
  }

  remove(part: string): void {
    rmSync(join(this.#dir, `${part}.json`), { force: true });
  }

  /** Everything noted, whether it still runs or not. */
  read(): PidRecord[] {
    return readdirSync(this.#dir)
      .filter(name => name.endsWith('.json'))
      .flatMap(name => {
        try {
          return [JSON.parse(readFileSync(join(this.#dir, name), 'utf8'))];
        } catch {
          return [];
        }
      });
  }
}

/**
 * Stops what a killed launcher left behind: the noted processes and, on Linux, everything that carries the state folder's
 * tag, so also the processes of pods. Data stays.
 *
 * @returns the names of the parts that were still running, and how many processes were stopped in all
 */
export async function stopLeftovers(
  stateDir: string,
): Promise<{ parts: string[]; processes: number }> {
  const files = new PidFiles(stateDir);
  const noted = files.read().filter(isAlive);
  const known = new Set(noted.map(record => record.pid));
  // What starts other processes goes first, so that it starts none anew.
  const launchers = noted.filter(record => record.part !== 'postgres');
  const databases = noted.filter(record => record.part === 'postgres');
  const tagged = taggedProcesses(stateDir).filter(
    identity => !known.has(identity.pid),
  );
  await stopProcesses(
    [
      ...launchers.map(record => ({ ...record, signal: record.stopSignal })),
      ...tagged,
    ],
    { graceMs: 5000 },
  );
  await stopProcesses(
    databases.map(record => ({ ...record, signal: record.stopSignal })),
    { graceMs: 15_000 },
  );
  await stopProcesses(taggedProcesses(stateDir), { graceMs: 2000 });
  files.read().forEach(record => files.remove(record.part));
  return {
    parts: noted.map(record => record.part),
    processes: noted.length + tagged.length,
  };
}
