import { burnRate } from './budget';
import { CountedPast, pastOfBuckets } from './countedPast';
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
 * @param options - `buckets` of equal length without gaps, oldest first, or the past of a weighted whole; `spanSeconds` a whole number of them
 */
export function worstBurn(options: {
  buckets: Bucket[] | CountedPast;
  bucketSeconds: number;
  spanSeconds: number;
  target: number;
  /** Spans with fewer events do not count: in a quiet night one failure burns like an outage. Default 0. */
  minimumEvents?: number;
}): WorstBurn | undefined {
  const { buckets, bucketSeconds, spanSeconds, target } = options;
  const length = spanSeconds / bucketSeconds;
  let worst: WorstBurn | undefined;
  const past = Array.isArray(buckets) ? pastOfBuckets(buckets) : buckets;
  past.ends.forEach((at, index) => {
    const sum = past.between(Math.max(0, index + 1 - length), index + 1);
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
