import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** The variable that marks every process of one sandbox; its value is the state folder. */
export const INSTANCE_VARIABLE = 'SHOPFLOOR_INSTANCE';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  pid: number;
  /** Opaque; differs between two processes that had the same pid. */
  startTime: string;
}

/** Opaque start time of a running process; `undefined` when there is none, or only a zombie. */
export function startTimeOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The command in parentheses may itself contain spaces and parentheses.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return text || undefined;
  } catch {
    return undefined;
  }
}

/** The identity of a running process. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

/** Whether the very process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.startTime;
}

/** Sends a signal to the very process, or to its group; does nothing when it is gone. */
export function signalProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  options: { group?: boolean } = {},
): void {
  if (!isAlive(identity)) {
    return;
  }
  try {
    process.kill(options.group ? -identity.pid : identity.pid, signal);
  } catch {
    // Gone in between, or no leader of a group.
  }
}

/**
 * Processes that carry the tag of this state folder (Linux only), without this one and its ancestors.
 */
export function taggedProcesses(stateDir: string): ProcessIdentity[] {
  if (process.platform !== 'linux') {
    return [];
  }
  const own = ancestors(process.pid);
  const tag = `${INSTANCE_VARIABLE}=${stateDir}`;
  const found: ProcessIdentity[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || own.has(pid)) {
      continue;
    }
    let environment: string;
    try {
      environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
    } catch {
      continue;
    }
    if (environment.split('\0').includes(tag)) {
      const identity = identify(pid);
      if (identity) {
        found.push(identity);
      }
    }
  }
  return found;
}

function ancestors(pid: number): Set<number> {
  const found = new Set<number>();
  let current = pid;
  while (current > 1 && !found.has(current)) {
    found.add(current);
    try {
      const stat = readFileSync(`/proc/${current}/stat`, 'utf8');
      current = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    } catch {
      break;
    }
  }
  return found;
}

/** Stops processes: first `SIGTERM`, then, for those still there after the grace, `SIGKILL`. */
export async function stopProcesses(
  identities: Array<ProcessIdentity & { signal?: NodeJS.Signals }>,
  options: { graceMs: number },
): Promise<void> {
  identities.forEach(identity =>
    signalProcess(identity, identity.signal ?? 'SIGTERM'),
  );
  const deadline = Date.now() + options.graceMs;
  let left = identities.filter(isAlive);
  while (left.length > 0 && Date.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, 50));
    left = left.filter(isAlive);
  }
  left.forEach(identity => signalProcess(identity, 'SIGKILL'));
  const killDeadline = Date.now() + 5000;
  while (left.some(isAlive) && Date.now() < killDeadline) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
