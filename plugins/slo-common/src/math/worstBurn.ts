import { burnRate, EventCounts } from './budget';
import { Bucket } from './history';

/** The highest burn rate of a history, and when it was reached. */
export interface WorstBurn {
  burnRate: number;
  /** Unix seconds: the end of the span. */
  at: number;
}

/**
 * The highest burn rate over any span of a history, for example over any hour. A span that begins before the history
 * has what there is. Of several equal ones it is the first; `undefined` without events.
 *
 * @param options - `buckets` of equal length without gaps, oldest first; `spanSeconds` a whole number of them
 */
export function worstBurn(options: {
  buckets: Bucket[];
  bucketSeconds: number;
  spanSeconds: number;
  target: number;
  /** Spans with fewer events do not count: in a quiet night one failure burns like an outage. Default 0. */
  minimumEvents?: number;
}): WorstBurn | undefined {
  const { buckets, bucketSeconds, spanSeconds, target } = options;
  const length = spanSeconds / bucketSeconds;
  let worst: WorstBurn | undefined;
  let sum: EventCounts = { bad: 0, total: 0 };
  buckets.forEach(({ at, counts }, index) => {
    const gone = buckets[index - length]?.counts;
    sum = {
      bad: sum.bad + counts.bad - (gone?.bad ?? 0),
      total: sum.total + counts.total - (gone?.total ?? 0),
    };
    const rate =
      sum.total >= (options.minimumEvents ?? 0)
        ? burnRate(sum, target)
        : undefined;
    if (rate !== undefined && (!worst || rate > worst.burnRate)) {
      worst = { burnRate: Math.max(0, rate), at };
    }
  });
  return worst;
}
