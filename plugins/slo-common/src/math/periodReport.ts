import {
  allowedShare,
  budgetLeft,
  errorBudget,
  EventCounts,
  serviceLevel,
  sumEvents,
} from './budget';
import { combineParts } from './composite';
import { Bucket } from './history';
import { CalendarDay, dayAt } from './month';

/** From this share of a period on its figures are whole. */
const FULL_COVERAGE = 0.99;

/**
 * Whether a promise was kept in a period. `unknown` when there is no data for enough of it, whatever the rest says: see
 * `observed`.
 */
export type PeriodVerdict = 'kept' | 'broken' | 'unknown';

/** One day of a period. */
export interface DayResult {
  /** `2026-11-26`, in the time zone of the report. */
  day: string;
  counts: EventCounts;
  /** Share of the budget of the whole period that was spent on this day. */
  budgetShare: number;
}

/** How one objective did in a period, which is judged as one window. */
export interface PeriodResult {
  verdict: PeriodVerdict;
  /** What is covered alone; absent without events. */
  observed?: 'kept' | 'broken';
  counts: EventCounts;
  serviceLevel?: number;
  /** Share of the budget that was spent; above 1 it is broken. */
  budgetUsed?: number;
  /** Seconds of buckets that spent the budget faster than it comes: their share of bad events was above what is allowed. */
  badSeconds: number;
  /** Seconds of the period, so far and without maintenance, and of those the ones with data. */
  periodSeconds: number;
  coverageSeconds: number;
  /** The days that spent most, at most three, those that spent something. */
  worstDays: DayResult[];
}

/** One part that is counted: the whole of a plain objective, or a weighted part. */
export interface PeriodPart {
  /** Of equal length and at the same times in every part, oldest first. */
  buckets: Bucket[];
  /** Ends of the buckets that hold data. */
  covered: ReadonlySet<number>;
  target: number;
  weight: number;
}

/**
 * Judges an objective over a period. Sums are divided; of weighted parts, the sums within each part are, and then weighed
 * as `combineParts` says. A stretch is covered when every part is.
 */
export function judgePeriod(options: {
  parts: PeriodPart[];
  bucketSeconds: number;
  target: number;
  /** Seconds of the period so far, without maintenance. */
  periodSeconds: number;
  timeZone: string;
}): PeriodResult {
  const { parts, bucketSeconds, target, periodSeconds, timeZone } = options;
  const times = (parts[0]?.buckets ?? []).map(({ at }) => at);
  const covered = times.filter(at => parts.every(part => part.covered.has(at)));
  const counts = combine(parts, () => true) ?? { bad: 0, total: 0 };
  const coverageSeconds = Math.min(
    covered.length * bucketSeconds,
    periodSeconds,
  );
  const left = budgetLeft(counts, target);
  let observed: PeriodResult['observed'];
  if (left !== undefined) {
    observed = left >= 0 ? 'kept' : 'broken';
  }
  const whole = coverageSeconds >= FULL_COVERAGE * periodSeconds;
  return {
    verdict: whole && observed ? observed : 'unknown',
    ...(observed && { observed }),
    counts,
    serviceLevel: serviceLevel(counts),
    ...(left !== undefined && { budgetUsed: 1 - left }),
    badSeconds: bucketSeconds * countBad(parts, times, target),
    periodSeconds,
    coverageSeconds,
    worstDays: worstDays({
      parts,
      times,
      timeZone,
      budget: errorBudget(counts.total, target),
      bucketSeconds,
    }),
  };
}

/** Counts of the buckets that pass; of several parts their weighted whole. `undefined` when a part has no events. */
function combine(
  parts: PeriodPart[],
  passes: (at: number) => boolean,
): EventCounts | undefined {
  const sums = parts.map(({ buckets }) =>
    sumEvents(buckets.filter(({ at }) => passes(at)).map(b => b.counts)),
  );
  if (parts.length === 1) {
    return sums[0];
  }
  return combineParts(
    parts.map(({ target, weight }, index) => ({
      target,
      weight,
      counts: sums[index],
    })),
  ).counts;
}

function countBad(
  parts: PeriodPart[],
  times: number[],
  target: number,
): number {
  const allowed = allowedShare(target);
  return times.filter((_, index) => {
    const each = parts.map(part => ({
      ...part,
      counts: part.buckets[index].counts,
    }));
    const counts =
      parts.length === 1 ? each[0].counts : combineParts(each).counts;
    return counts && counts.total > 0 && counts.bad / counts.total > allowed;
  }).length;
}

function worstDays(options: {
  parts: PeriodPart[];
  times: number[];
  timeZone: string;
  budget: number;
  bucketSeconds: number;
}): DayResult[] {
  const { parts, times, timeZone, budget, bucketSeconds } = options;
  // Days of a weighted whole have shares of their own, which do not add up to that of the period.
  if (!(budget > 0) || parts.length !== 1) {
    return [];
  }
  const days = new Map<string, EventCounts[]>();
  let current: CalendarDay | undefined;
  times.forEach((at, index) => {
    // A bucket belongs to the day in which it begins.
    const begin = at - bucketSeconds;
    if (!current || begin >= current.to) {
      current = dayAt(begin, timeZone);
      days.set(current.day, []);
    }
    days.get(current.day)!.push(parts[0].buckets[index].counts);
  });
  return [...days]
    .map(([day, all]) => {
      const counts = sumEvents(all);
      return { day, counts, budgetShare: counts.bad / budget };
    })
    .filter(({ counts }) => counts.bad > 0)
    .sort(
      (a, b) => b.counts.bad - a.counts.bad || a.day.localeCompare(b.day, 'en'),
    )
    .slice(0, 3);
}
