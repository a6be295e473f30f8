import { EventCounts } from './budget';

/** Events of one bucket, which ends at `at` (unix seconds). */
export interface Bucket {
  at: number;
  counts: EventCounts;
}

/**
 * Counts of a rolling window at earlier moments, from its counts now and the events that came and went since:
 * `N(t) = N(now) - events in (t, now] + events in (t - window, now - window]`. Costs the events of the shown range
 * instead of those of the window at every point.
 *
 * @param options - `arrived` are the buckets of the shown range, oldest first, the last ending now; `left` the same
 * buckets one window earlier.
 */
export function rollBack(options: {
  now: EventCounts;
  arrived: Bucket[];
  left: Bucket[];
}): Bucket[] {
  const { arrived, left } = options;
  const points: Bucket[] = [];
  let { bad, total } = options.now;
  // Differences of floating-point sums end a hair beside zero; events that few were none.
  const none =
    1e-9 *
    [...arrived, ...left].reduce(
      (sum, { counts }) => sum + counts.total,
      total,
    );
  const clean = (events: number) => (events > none ? events : 0);
  for (let index = arrived.length - 1; index >= 0; index--) {
    points.unshift({
      at: arrived[index].at,
      counts: { bad: clean(bad), total: clean(total) },
    });
    bad += left[index].counts.bad - arrived[index].counts.bad;
    total += left[index].counts.total - arrived[index].counts.total;
  }
  return points;
}
