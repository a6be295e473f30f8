import { readFileSync } from 'node:fs';
import {
  INSTANCE_VARIABLE,
  signalProcess,
  taggedProcesses,
} from '../supervisor/processes.ts';
import type { PodRecords } from './podRecords.ts';

/** Ends the processes of pods that were deleted while no agent ran, and forgets them. */
export function discardUnknown(
  records: PodRecords,
  known: ReadonlySet<string | undefined>,
): void {
  for (const record of records.all()) {
    if (known.has(record.uid)) continue;
    for (const identity of [
      record.sidecar,
      ...Object.values(record.containers).map(c => c.process),
    ]) {
      if (identity) signalProcess(identity, 'SIGKILL', { group: true });
    }
    records.forget(record.uid);
  }
}

/**
 * Kills processes of pods that no record names: started in the moment in which an earlier agent was killed. Linux only, since only
 * there the environment of another process can be read.
 */
export function killStrangers(options: {
  records: PodRecords;
  stateDir: string;
}): void {
  const mine = new Set(
    options.records
      .all()
      .flatMap(r => [
        r.sidecar?.pid,
        ...Object.values(r.containers).map(c => c.process?.pid),
      ]),
  );
  for (const identity of taggedProcesses(options.stateDir)) {
    if (belongsToPod(identity.pid) && !mine.has(processGroup(identity.pid))) {
      signalProcess(identity, 'SIGKILL');
    }
  }
}

/** Of the agent's own environment only what a program needs to run at all. */
export function childEnvironment(stateDir: string): Record<string, string> {
  const kept = [
    'PATH',
    'LANG',
    'LC_ALL',
    'TZ',
    'TMPDIR',
    'HOME',
    'NODE_COMPILE_CACHE',
  ];
  return {
    ...Object.fromEntries(
      kept.flatMap(name => {
        const value = process.env[name];
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    [INSTANCE_VARIABLE]: stateDir,
  };
}

function belongsToPod(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(
      '\0SHOPFLOOR_POD_UID=',
    );
  } catch {
    return false;
  }
}

function processGroup(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  } catch {
    return undefined;
  }
}
