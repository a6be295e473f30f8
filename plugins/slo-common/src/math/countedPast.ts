import { EventCounts } from './budget';
import { Bucket } from './history';

/** What was counted in equal buckets of the past, as counts of any run of them. */
export interface CountedPast {
  /** Unix seconds at which the buckets end, oldest first. */
  ends: number[];
  /** Counts of the buckets from the one with index `from` up to, not with, the one with index `to`. */
  between(from: number, to: number): EventCounts;
}

/** The past of one series: sums of its buckets. */
export function pastOfBuckets(buckets: Bucket[]): CountedPast {
  // `sums[i]` are the counts of the first `i` buckets.
  const sums = [{ bad: 0, total: 0 }];
  for (const { counts } of buckets) {
    const last = sums[sums.length - 1];
    sums.push({ bad: last.bad + counts.bad, total: last.total + counts.total });
  }
  return {
    ends: buckets.map(({ at }) => at),
    between: (from, to) => ({
      bad: sums[to].bad - sums[from].bad,
      total: sums[to].total - sums[from].total,
    }),
  };
}

/**
 * The past of a weighted whole, whose parts have the same buckets. What it counts in a run of buckets is no sum of them: as
 * the generated rules have it, `bad = Σ weight x bad / total` of the run and `total = Σ weight`. A part without events in the
 * run adds nothing bad; without events in any part there is nothing.
 */
export function pastOfWhole(
  parts: Array<{ weight: number; past: CountedPast }>,
): CountedPast {
  const weights = parts.reduce((sum, { weight }) => sum + weight, 0);
  return {
    ends: parts[0]?.past.ends ?? [],
    between: (from, to) => {
      let bad = 0;
      let events = 0;
      for (const { weight, past } of parts) {
        const counts = past.between(from, to);
        if (counts.total > 0) {
          bad += (weight * counts.bad) / counts.total;
          events += counts.total;
        }
      }
      return { bad, total: events > 0 ? weights : 0 };
    },
  };
}
