import { ComparisonOperator } from '../openslo/types';
import { EventCounts } from './budget';

/** Slices in place of events: `total` slices that had events, of which `bad` were bad. */
export interface SliceCounts extends EventCounts {
  /** Slices without events. They are neither good nor bad, and not in `total`. */
  empty: number;
}

/** True while `left op right` holds. */
export function compare(
  left: number,
  op: ComparisonOperator,
  right: number,
): boolean {
  switch (op) {
    case 'lt':
      return left < right;
    case 'lte':
      return left <= right;
    case 'gt':
      return left > right;
    default:
      return left >= right;
  }
}

/**
 * Timeslices: a slice is good when its share of good events is at least `timeSliceTarget` (or what `op` says instead).
 * A slice counts once, however much traffic it had.
 *
 * @param slices - counts of each slice
 */
export function countTimeslices(
  slices: EventCounts[],
  options: { timeSliceTarget: number; op?: ComparisonOperator },
): SliceCounts {
  const { timeSliceTarget, op = 'gte' } = options;
  const counts = { bad: 0, total: 0, empty: 0 };
  for (const { bad, total } of slices) {
    if (!(total > 0)) {
      counts.empty += 1;
      continue;
    }
    // Compared as products: 1 - 5 / 100 is 0.95 in mathematics and not in floating point.
    const good = compare(total - bad, op, roundOff(timeSliceTarget * total));
    counts.total += 1;
    counts.bad += good ? 0 : 1;
  }
  return counts;
}

/**
 * RatioTimeslices: each slice is bad by its share of bad events, so that the level is the mean of the slices' levels.
 * A minute with a thousand times the traffic weighs like any other, which is what the method is for; it is the one place
 * where ratios are averaged, and why it is not the default.
 */
export function countRatioTimeslices(slices: EventCounts[]): SliceCounts {
  const counts = { bad: 0, total: 0, empty: 0 };
  for (const { bad, total } of slices) {
    if (total > 0) {
      counts.total += 1;
      counts.bad += bad / total;
    } else {
      counts.empty += 1;
    }
  }
  return counts;
}

/** Sums counts of equal buckets into slices of `size` buckets; an incomplete slice at the end is left out. */
export function toSlices(buckets: EventCounts[], size: number): EventCounts[] {
  const slices: EventCounts[] = [];
  for (let start = 0; start + size <= buckets.length; start += size) {
    const slice = { bad: 0, total: 0 };
    for (const { bad, total } of buckets.slice(start, start + size)) {
      slice.bad += bad;
      slice.total += total;
    }
    slices.push(slice);
  }
  return slices;
}

function roundOff(value: number): number {
  return Number(value.toPrecision(12));
}
