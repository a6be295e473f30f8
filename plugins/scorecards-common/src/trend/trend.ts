import { GradeFigures } from '../grading/types';
import { scoreOf } from '../grading/gradeEntity';

/** A grade as it became at a moment; it holds until the next point. */
export interface GradePoint {
  /** ISO 8601. */
  at: string;
  figures: GradeFigures;
}

/** Where a grade goes. */
export interface Trend {
  direction: 'up' | 'down' | 'flat' | 'unknown';
  /** The point that held at the begin of the period, or the first one in it. */
  from?: GradePoint;
  to?: GradePoint;
  /** Difference of the scores, -1 to 1; absent where one of them is. */
  scoreChange?: number;
  rankChange?: number;
}

/**
 * Compares the last point with the one that held when the period began. Level decides before score.
 *
 * @param options - `points` oldest first
 */
export function trendOf(options: {
  points: GradePoint[];
  now: Date;
  periodDays: number;
}): Trend {
  const { points, now, periodDays } = options;
  const since = now.getTime() - periodDays * 86_400_000;
  const before = points.filter(({ at }) => Date.parse(at) <= since).at(-1);
  const from = before ?? points[0];
  const to = points.at(-1);
  if (!from || !to) {
    return { direction: 'unknown' };
  }
  const scores = [scoreOf(from.figures), scoreOf(to.figures)];
  const rankChange = to.figures.rank - from.figures.rank;
  if (scores[0] === undefined || scores[1] === undefined) {
    return { direction: 'unknown', from, to, rankChange };
  }
  const scoreChange = scores[1] - scores[0];
  const change = rankChange || scoreChange;
  let direction: Trend['direction'] = 'flat';
  if (change !== 0) {
    direction = change > 0 ? 'up' : 'down';
  }
  return { direction, from, to, scoreChange, rankChange };
}
