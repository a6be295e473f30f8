import { readFileSync } from 'node:fs';

/** Clock ticks per second of /proc; 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Seconds of processor time that processes have used so far, with children that have ended, not those that run. Linux only. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    try {
      // The name of the program may hold spaces, so what counts begins after its bracket.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .split(') ')[1]
        .split(' ');
      const [user, system, endedUser, endedSystem] = fields
        .slice(11, 15)
        .map(Number);
      return sum + (user + system + endedUser + endedSystem) / TICKS;
    } catch {
      return sum;
    }
  }, 0);
}

/** The process and everything below it. */
export function processTree(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
    return [pid, ...children.flatMap(processTree)];
  } catch {
    return [pid];
  }
}

/** Processors in use, of all processes together, that count as rest. */
const AT_REST = 0.15;

/**
 * Waits until processes rest, since what a start leaves to do (sample data, indexes)
 * is not to be measured as load.
 *
 * @returns processors in use at the end, which a bound of two minutes may have brought
 */
export async function untilAtRest(
  seconds: () => Record<string, number>,
  boundMs = 120_000,
): Promise<number> {
  const sum = () =>
    Object.entries(seconds())
      .filter(([name]) => name !== 'generator')
      .reduce((total, [, value]) => total + value, 0);
  const deadline = performance.now() + boundMs;
  for (;;) {
    const before = sum();
    await new Promise(resume => setTimeout(resume, 2000));
    const used = (sum() - before) / 2;
    if (used < AT_REST || performance.now() > deadline) return used;
  }
}
