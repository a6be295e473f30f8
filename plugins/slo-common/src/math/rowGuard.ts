import { CountedUnit } from '../evaluation/leaves';
import { allowedShare } from './budget';

/** What is known of the counts that a row or a condition of an alert is judged on. */
export interface GuardOptions {
  /** What the SLO counts. */
  unit: CountedUnit;
  /** `minimum-events` of the definition; absent: derived. */
  minimumEvents?: number;
  /** Length of the slices, when those are counted. */
  sliceSeconds?: number;
}

/**
 * The fewest events with which one bad event alone does not exceed a burn rate: the first whole number above
 * `1 / (factor x (1 - target))`. With fewer, a single failure at night is a page.
 */
export function minimumEventsFor(factor: number, target: number): number {
  const limit = 1 / (factor * allowedShare(target));
  return Math.floor(Number(limit.toPrecision(12))) + 1;
}

/**
 * The fewest counts in the long window of a row before it counts: the one definition that the generated rules, the pages, the
 * trial of another target and the lint share.
 *
 * - events and seconds: what the definition says, else so many that one bad one alone does not fire the row
 *   ({@link minimumEventsFor})
 * - slices, of Timeslices and RatioTimeslices alike: the same, counted in slices that had events, but never more than the
 *   window holds. A row that needed more could never fire; at that limit one bad slice fires it, as the lint says
 * - weights: none. The parts were counted before
 */
export function rowGuard(
  options: GuardOptions & {
    factor: number;
    target: number;
    longSeconds: number;
  },
): number {
  const { unit, factor, target, longSeconds, sliceSeconds } = options;
  if (unit === 'weights') {
    return 0;
  }
  const wanted = options.minimumEvents ?? minimumEventsFor(factor, target);
  return unit === 'slices' && sliceSeconds
    ? Math.min(wanted, Math.floor(longSeconds / sliceSeconds))
    : wanted;
}
