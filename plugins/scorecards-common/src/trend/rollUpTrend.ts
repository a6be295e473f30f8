import { GradeFigures } from '../grading/types';
import { LastKnown } from './compareGrades';

const DAY_MILLISECONDS = 86_400_000;

/** What an entity became at a moment; it holds until its next entry. */
export interface TrendEntry {
  entityRef: string;
  at: Date;
  figures: GradeFigures;
  /** Outcome by check. */
  outcomes: Record<string, string>;
}

/** How the entities of a team, system or domain did at a moment, together. */
export interface RollUpPoint {
  /** ISO 8601. */
  at: string;
  /** Entities of which something is asked. */
  entities: number;
  /** Sums of weights; the score is `passed / asked`. */
  passed: number;
  unseen: number;
  asked: number;
}

/** Checks of an entity that failed although they passed when they were last known. */
export interface RollUpRegression {
  /** ISO 8601. */
  at: string;
  entityRef: string;
  lost: string[];
  rankBefore: number;
  rankAfter: number;
}

/** How a team, system or domain did over time. */
export interface RollUpTrend {
  scorecard: string;
  /** Oldest first: at the begin, at each midnight (UTC) after it, and at the end. */
  points: RollUpPoint[];
  /** Latest first. */
  regressions: RollUpRegression[];
}

/**
 * How entities did together over time. Weights are summed before they are divided. Only what is known counts as a
 * regression: a check that can no longer be seen is none, and one that comes back as failed after it was unseen is.
 *
 * @param options - `entries` of all entities, oldest first, also from before the begin
 */
export function rollUpTrend(options: {
  entries: readonly TrendEntry[];
  from: Date;
  until: Date;
}): Omit<RollUpTrend, 'scorecard'> {
  const { entries, from, until } = options;
  const figures = new Map<string, GradeFigures>();
  const known = new Map<string, LastKnown>();
  const points: RollUpPoint[] = [];
  const regressions: RollUpRegression[] = [];
  let next = 0;
  for (const moment of moments(from.getTime(), until.getTime())) {
    while (next < entries.length && entries[next].at.getTime() <= moment) {
      const { entityRef, at, ...entry } = entries[next];
      const before = known.get(entityRef) ?? {};
      const lost = Object.keys(entry.outcomes).filter(
        check => entry.outcomes[check] === 'fail' && before[check] === 'pass',
      );
      if (lost.length > 0 && at > from) {
        regressions.push({
          at: at.toISOString(),
          entityRef,
          lost: lost.sort(),
          rankBefore: figures.get(entityRef)?.rank ?? 0,
          rankAfter: entry.figures.rank,
        });
      }
      known.set(entityRef, { ...before, ...sure(entry.outcomes) });
      figures.set(entityRef, entry.figures);
      next += 1;
    }
    points.push(pointOf(moment, figures.values()));
  }
  return { points, regressions: regressions.reverse() };
}

/** The begin, each midnight (UTC) after it, and the end. */
function moments(from: number, until: number): number[] {
  const list = [from];
  const first = Math.floor(from / DAY_MILLISECONDS) + 1;
  for (let day = first; day * DAY_MILLISECONDS < until; day += 1) {
    list.push(day * DAY_MILLISECONDS);
  }
  return until > from ? [...list, until] : list;
}

function sure(outcomes: Record<string, string>): LastKnown {
  return Object.fromEntries(
    Object.entries(outcomes).filter(
      (each): each is [string, 'pass' | 'fail'] =>
        each[1] === 'pass' || each[1] === 'fail',
    ),
  );
}

function pointOf(moment: number, all: Iterable<GradeFigures>): RollUpPoint {
  const point = { entities: 0, passed: 0, unseen: 0, asked: 0 };
  for (const { state, passed, unseen, asked } of all) {
    if (state !== 'not-applicable') {
      point.entities += 1;
      point.passed += passed;
      point.unseen += unseen;
      point.asked += asked;
    }
  }
  return { at: new Date(moment).toISOString(), ...point };
}
