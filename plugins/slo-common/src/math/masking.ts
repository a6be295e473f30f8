import { TimeInterval } from '../openslo/maintenance';
import { EventCounts, sumEvents } from './budget';
import { Bucket } from './history';

/** Counts with and without maintenance, so that both are shown. */
export interface MaskedCounts {
  /** What counts: without maintenance. */
  counts: EventCounts;
  /** What was left out. */
  excluded: EventCounts;
  /** Seconds of buckets that were left out. */
  excludedSeconds: number;
}

/** True when a bucket that ends at `at` overlaps an interval. A bucket is left out whole: nobody knows which of its events were when. */
export function isMasked(
  bucket: { at: number; seconds: number },
  intervals: TimeInterval[],
): boolean {
  const from = bucket.at - bucket.seconds;
  return intervals.some(
    interval => interval.from < bucket.at && interval.to > from,
  );
}

/** Sums buckets of equal length, with those of maintenance apart. */
export function maskMaintenance(options: {
  buckets: Bucket[];
  bucketSeconds: number;
  intervals: TimeInterval[];
}): MaskedCounts {
  const { buckets, bucketSeconds, intervals } = options;
  const counted: EventCounts[] = [];
  const excluded: EventCounts[] = [];
  for (const { at, counts } of buckets) {
    const masked = isMasked({ at, seconds: bucketSeconds }, intervals);
    (masked ? excluded : counted).push(counts);
  }
  return {
    counts: sumEvents(counted),
    excluded: sumEvents(excluded),
    excludedSeconds: excluded.length * bucketSeconds,
  };
}
