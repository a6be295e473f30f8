import { EventCounts, sumEvents } from './budget';
import { Bucket } from './history';

/** Something that was changed at a moment. */
export interface DatedChange {
  id: string;
  /** Unix seconds. */
  at: number;
}

/** The budget that was consumed after a change. It says what came after, not what came of it. */
export interface ChangeAttribution {
  /** Ids of the changes that share it, because no bucket lies between them. */
  ids: string[];
  /** The stretch that was counted, unix seconds. */
  from: number;
  to: number;
  counts: EventCounts;
  /** `bad / budget`; absent without a budget. */
  share?: number;
  /** Seconds of the stretch for which there is data. */
  coverageSeconds: number;
}

/**
 * Attributes consumed budget to changes: the bad events between a change and the next one, but not longer than
 * `afterSeconds`, as a share of the budget of the window:
 *
 *     share = bad in (change, min(next change, change + afterSeconds)] / budget
 *
 * A bucket is taken whole and by one change only: the last one that was made before its end. So what is attributed never
 * is more than what was consumed. Changes in the same bucket cannot be told apart and share their stretch.
 *
 * @param options - `buckets` of equal length without gaps, oldest first; `budget` in bad events
 */
export function attributeBudget(options: {
  buckets: Bucket[];
  bucketSeconds: number;
  /** Ends of the buckets that hold data; absent: all do. */
  covered?: ReadonlySet<number>;
  changes: DatedChange[];
  afterSeconds: number;
  budget?: number;
}): ChangeAttribution[] {
  const { buckets, bucketSeconds, covered, afterSeconds, budget } = options;
  const first = (buckets[0]?.at ?? 0) - bucketSeconds;
  const last = buckets.at(-1)?.at ?? 0;
  const groups = new Map<number, DatedChange[]>();
  for (const change of [...options.changes].sort((a, b) => a.at - b.at)) {
    if (change.at >= first && change.at < last) {
      const index = Math.floor((change.at - first) / bucketSeconds);
      groups.set(index, [...(groups.get(index) ?? []), change]);
    }
  }
  const starts = [...groups.keys()];
  return starts.map((start, position) => {
    const changes = groups.get(start)!;
    const lasting = Math.ceil(
      (changes[changes.length - 1].at + afterSeconds - first) / bucketSeconds,
    );
    const end = Math.min(
      starts[position + 1] ?? buckets.length,
      lasting,
      buckets.length,
    );
    const mine = buckets.slice(start, end);
    const counts = sumEvents(mine.map(bucket => bucket.counts));
    return {
      ids: changes.map(({ id }) => id),
      from: changes[0].at,
      to: first + end * bucketSeconds,
      counts,
      ...(budget !== undefined && budget > 0 && { share: counts.bad / budget }),
      coverageSeconds:
        bucketSeconds *
        mine.filter(({ at }) => !covered || covered.has(at)).length,
    };
  });
}
