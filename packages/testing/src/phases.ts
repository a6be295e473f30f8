import { inspect } from 'node:util';
import type { PhaseLog } from './PhaseLog.ts';
import { singleResult, type CheckResult } from './report.ts';

/** One kind of check of a run, or what others need before they can begin. */
export interface Phase {
  name: string;
  /**
   * Phases that have ended before this one begins, whatever came of them. Those that are not part of the run are not waited for.
   */
  after: readonly string[];
  run(log: PhaseLog): Promise<CheckResult[]>;
}

/** When a phase ran, in seconds since the run began. */
export interface PhaseTime {
  name: string;
  fromSeconds: number;
  toSeconds: number;
}

/** Options of {@link runPhases}. */
export interface RunPhasesOptions {
  phases: readonly Phase[];
  openLog(name: string): PhaseLog;
  print(text: string): void;
  /** No phase begins once it is aborted; those that run are waited for. */
  signal: AbortSignal;
}

/**
 * Runs phases, as many at once as their order lets. What each printed is shown whole when it has ended. One that throws has
 * failed; the others go on.
 *
 * @throws Error when phases wait for each other in a circle
 */
export async function runPhases(
  options: RunPhasesOptions,
): Promise<{ results: CheckResult[]; times: PhaseTime[] }> {
  const { phases, print, signal } = options;
  refuseCircles(phases);
  const begunAt = performance.now();
  const sinceBegin = () => (performance.now() - begunAt) / 1000;
  const results: CheckResult[] = [];
  const times: PhaseTime[] = [];
  const ends = new Map<string, Promise<void>>();

  const runOne = async (phase: Phase) => {
    const fromSeconds = sinceBegin();
    const log = options.openLog(phase.name);
    print(
      log.live
        ? `\n== ${phase.name}`
        : `.. ${phase.name} begins at ${clock(fromSeconds)}`,
    );
    let found: CheckResult[];
    try {
      found = await phase.run(log);
    } catch (error) {
      log.say(inspect(error));
      found = [singleResult(phase.name, false, sinceBegin() - fromSeconds)];
    }
    const printed = log.end().trimEnd();
    if (!log.live) print(`\n== ${phase.name}`);
    if (printed) print(printed);
    found.forEach(result => print(resultLine(result)));
    results.push(...found);
    times.push({ name: phase.name, fromSeconds, toSeconds: sinceBegin() });
  };

  const endOf = (phase: Phase): Promise<void> => {
    const known = ends.get(phase.name);
    if (known) return known;
    const end = Promise.all(
      phases.filter(({ name }) => phase.after.includes(name)).map(endOf),
    ).then(async () => {
      if (!signal.aborted) await runOne(phase);
    });
    ends.set(phase.name, end);
    return end;
  };
  await Promise.all(phases.map(endOf));
  return { results, times };
}

/** `== name: N passed, N failed, N skipped in T s`. */
export function resultLine(result: CheckResult): string {
  return `== ${result.name}: ${result.passed} passed, ${
    result.failed
  } failed, ${result.skipped} skipped in ${Math.round(
    result.durationSeconds,
  )} s`;
}

/** What ran when, as a table of text; empty when only one phase ran. */
export function timetable(times: readonly PhaseTime[]): string[] {
  if (times.length < 2) return [];
  return [...times]
    .sort((a, b) => a.fromSeconds - b.fromSeconds)
    .map(
      ({ name, fromSeconds, toSeconds }) =>
        `   ${name.padEnd(10)} ${clock(fromSeconds)} to ${clock(toSeconds)}`,
    );
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function refuseCircles(phases: readonly Phase[]): void {
  const waitingOf = (left: readonly Phase[]) =>
    left.filter(({ after }) => left.some(({ name }) => after.includes(name)));
  let left = phases;
  while (left.length > 0) {
    const waiting = waitingOf(left);
    if (waiting.length === left.length) {
      throw new Error(
        `These phases wait for each other: ${left
          .map(({ name }) => name)
          .join(', ')}`,
      );
    }
    left = waiting;
  }
}
