/** Events counted in a window. Fractions are possible: counts are integrals of recorded rates. */
export interface EventCounts {
  bad: number;
  total: number;
}

/**
 * Counts of bad and total events from what was measured. Bad events never are fewer than 0 or more than all.
 */
export function countEvents(options: {
  numerator: 'good' | 'bad';
  counted: number;
  total: number;
}): EventCounts {
  const { numerator, counted, total } = options;
  const bad = numerator === 'bad' ? counted : total - counted;
  return { bad: Math.min(Math.max(bad, 0), total), total };
}

/**
 * Adds counts, so that a ratio of the sum divides sums. Averaging ratios would weigh a quiet minute like a busy one.
 */
export function sumEvents(counts: EventCounts[]): EventCounts {
  return counts.reduce(
    (sum, { bad, total }) => ({
      bad: sum.bad + bad,
      total: sum.total + total,
    }),
    { bad: 0, total: 0 },
  );
}

/** Share of good events, 0 to 1; `undefined` without events. */
export function serviceLevel(counts: EventCounts): number | undefined {
  return counts.total > 0 ? 1 - counts.bad / counts.total : undefined;
}

/**
 * Share of events that may be bad: `1 - target`, rounded to 12 digits because 1 - 0.99 is 0.010000000000000009 in
 * floating point, which would leave a budget that is exactly used up a hair above zero.
 */
export function allowedShare(target: number): number {
  return Number((1 - target).toPrecision(12));
}

/** Bad events the window allows: `(1 - target) x total`. */
export function errorBudget(total: number, target: number): number {
  return allowedShare(target) * total;
}

/**
 * Share of the error budget that is left: `1 - bad / ((1 - target) x total)`. 1 is untouched, 0 is used up, below 0 is
 * overspent. `undefined` without events.
 */
export function budgetLeft(
  counts: EventCounts,
  target: number,
): number | undefined {
  return counts.total > 0
    ? 1 - counts.bad / errorBudget(counts.total, target)
    : undefined;
}

/**
 * How many times faster than allowed the budget is spent: `(bad / total) / (1 - target)`. At 1 the budget lasts exactly
 * the window. `undefined` without events.
 *
 * @see https://sre.google/workbook/alerting-on-slos/
 */
export function burnRate(
  counts: EventCounts,
  target: number,
): number | undefined {
  return counts.total > 0
    ? counts.bad / counts.total / allowedShare(target)
    : undefined;
}
