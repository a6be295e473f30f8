import { allowedShare, budgetLeft, EventCounts } from './budget';
import { BurnRowDefinition, burnRowDefinitions } from './burnRows';
import { CountedPast, pastOfBuckets } from './countedPast';
import { Bucket } from './history';
import { GuardOptions, rowGuard } from './rowGuard';

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
 * @param options - `buckets` of equal length without gaps, oldest first, or the past of a weighted whole; `guard` mutes a row as the generated rules do;
 * absent: never
 */
export function tryTargets(options: {
  buckets: Bucket[] | CountedPast;
  bucketSeconds: number;
  windowSeconds: number;
  targets: number[];
  guard?: GuardOptions;
}): TargetTrial[] {
  const { buckets, bucketSeconds, windowSeconds, targets } = options;
  const past = Array.isArray(buckets) ? pastOfBuckets(buckets) : buckets;
  const { length } = past.ends;
  const covered = Math.min(windowSeconds, length * bucketSeconds);
  const counts = past.between(
    length - Math.floor(covered / bucketSeconds),
    length,
  );
  return targets.map(target => ({
    target,
    budgetLeft: budgetLeft(counts, target),
    counts,
    coverageSeconds: covered,
    rows: burnRowDefinitions(windowSeconds).map(row =>
      tryRow({ ...options, row, target, past }),
    ),
  }));
}

function tryRow(options: {
  bucketSeconds: number;
  guard?: GuardOptions;
  row: BurnRowDefinition;
  target: number;
  past: CountedPast;
}): RowTrial {
  const { bucketSeconds, row, target, past } = options;
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
    const { bad, total } = past.between(Math.max(0, end - length), end);
    return total > 0 && bad / total / allowed > row.factor;
  };
  const fewest = options.guard
    ? rowGuard({ ...options.guard, ...row, target })
    : 0;
  const firings: RowTrial['firings'] = [];
  let open: { from: number; to: number } | undefined;
  for (let end = 1; end <= past.ends.length; end++) {
    const { total } = past.between(Math.max(0, end - long), end);
    const fires = total >= fewest && burns(end, short) && burns(end, long);
    const at = past.ends[end - 1];
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
