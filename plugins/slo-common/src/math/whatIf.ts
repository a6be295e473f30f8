import { allowedShare, budgetLeft, EventCounts } from './budget';
import {
  BurnRowDefinition,
  burnRowDefinitions,
  minimumEventsFor,
} from './burnRows';
import { Bucket } from './history';

/** When one alert row would have fired. */
export interface RowTrial extends BurnRowDefinition {
  /**
   * - `tried`: `firings` are all there were
   * - `never`: no ratio of bad events reaches the factor
   * - `too-coarse`: the history has no buckets that make up its short window, so nobody knows
   */
  status: 'tried' | 'never' | 'too-coarse';
  /** Unix seconds: the ends of the first and of the last bucket at which it fired. */
  firings: Array<{ from: number; to: number }>;
}

/** What a target would have meant for a history. */
export interface TargetTrial {
  target: number;
  /** Of the window that ends with the history; absent without events. */
  budgetLeft?: number;
  counts: EventCounts;
  /** Seconds of the window that the history covers. */
  coverageSeconds: number;
  rows: RowTrial[];
}

/**
 * What budget and alerts would have been with another target, on the events that really were. Rows are tried at the end
 * of every bucket, and at the beginning of the history with what there is: an alert then needs no more than in
 * Prometheus, which also begins with nothing.
 *
 * @param options - `buckets` of equal length without gaps, oldest first; `minimumEvents` mutes a row below so many events
 * in its long window: one number for every row, or `derived` for what the generated rules take without an annotation
 */
export function tryTargets(options: {
  buckets: Bucket[];
  bucketSeconds: number;
  windowSeconds: number;
  targets: number[];
  minimumEvents?: number | 'derived';
}): TargetTrial[] {
  const { buckets, bucketSeconds, windowSeconds, targets } = options;
  const sums = prefixSums(buckets);
  const covered = Math.min(windowSeconds, buckets.length * bucketSeconds);
  const counts = between(
    sums,
    buckets.length - Math.floor(covered / bucketSeconds),
    buckets.length,
  );
  return targets.map(target => ({
    target,
    budgetLeft: budgetLeft(counts, target),
    counts,
    coverageSeconds: covered,
    rows: burnRowDefinitions(windowSeconds).map(row =>
      tryRow({ ...options, row, target, sums }),
    ),
  }));
}

function tryRow(options: {
  buckets: Bucket[];
  bucketSeconds: number;
  minimumEvents?: number | 'derived';
  row: BurnRowDefinition;
  target: number;
  sums: EventCounts[];
}): RowTrial {
  const { buckets, bucketSeconds, row, target, sums } = options;
  const allowed = allowedShare(target);
  if (row.factor >= 1 / allowed) {
    return { ...row, status: 'never', firings: [] };
  }
  const long = row.longSeconds / bucketSeconds;
  const short = row.shortSeconds / bucketSeconds;
  if (!Number.isInteger(long) || !Number.isInteger(short)) {
    return { ...row, status: 'too-coarse', firings: [] };
  }
  const burns = (end: number, length: number) => {
    const { bad, total } = between(sums, Math.max(0, end - length), end);
    return total > 0 && bad / total / allowed > row.factor;
  };
  const minimumEvents =
    options.minimumEvents === 'derived'
      ? minimumEventsFor(row.factor, target)
      : (options.minimumEvents ?? 0);
  const firings: RowTrial['firings'] = [];
  let open: { from: number; to: number } | undefined;
  for (let end = 1; end <= buckets.length; end++) {
    const { total } = between(sums, Math.max(0, end - long), end);
    const fires =
      total >= minimumEvents && burns(end, short) && burns(end, long);
    const { at } = buckets[end - 1];
    if (fires && open) {
      open.to = at;
    } else if (fires) {
      open = { from: at, to: at };
      firings.push(open);
    } else {
      open = undefined;
    }
  }
  return { ...row, status: 'tried', firings };
}

/** `sums[i]` are the counts of the first `i` buckets. */
function prefixSums(buckets: Bucket[]): EventCounts[] {
  const sums = [{ bad: 0, total: 0 }];
  for (const { counts } of buckets) {
    const last = sums[sums.length - 1];
    sums.push({
      bad: last.bad + counts.bad,
      total: last.total + counts.total,
    });
  }
  return sums;
}

function between(sums: EventCounts[], from: number, to: number): EventCounts {
  return {
    bad: sums[to].bad - sums[from].bad,
    total: sums[to].total - sums[from].total,
  };
}
