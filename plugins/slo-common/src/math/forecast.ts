import { errorBudget, EventCounts } from './budget';

/**
 * When the budget of a rolling window runs out.
 *
 * - `exhausted`: it is used up already
 * - `exhausts`: after `inSeconds`
 * - `lasts`: not, if things go on as they are
 * - `unknown`: there are no events to tell from
 */
export type Forecast =
  | { kind: 'exhausted' }
  | { kind: 'exhausts'; inSeconds: number }
  | { kind: 'lasts' }
  | { kind: 'unknown' };

/**
 * Forecast of a rolling window, under these assumptions:
 *
 * 1. bad and all events go on at their rates of the recent window;
 * 2. the events observed so far are spread evenly over the time they were observed in;
 * 3. observed events leave the window when they are as old as the window; while fewer than `windowSeconds` were
 *    observed nothing leaves yet.
 *
 * Under them the budget that is left is a straight line while the window fills, and another while the old events leave
 * it; after that only recent events are inside and nothing changes. So the first zero is exact.
 */
export function forecastRolling(options: {
  window: EventCounts;
  /** Seconds of data inside the window; at most the window. */
  coverageSeconds: number;
  windowSeconds: number;
  recent: EventCounts;
  /** Seconds of data inside the recent window. */
  recentSeconds: number;
  target: number;
}): Forecast {
  const { window, windowSeconds, recent, target } = options;
  const coverage = Math.min(options.coverageSeconds, windowSeconds);
  if (!(window.total > 0) || !(coverage > 0)) {
    return { kind: 'unknown' };
  }
  const left = errorBudget(window.total, target) - window.bad;
  if (left <= 0) {
    return { kind: 'exhausted' };
  }
  if (!(recent.total > 0) || !(options.recentSeconds > 0)) {
    return { kind: 'unknown' };
  }
  const gain =
    (errorBudget(recent.total, target) - recent.bad) / options.recentSeconds;
  if (gain >= 0) {
    return { kind: 'lasts' };
  }
  const filling = windowSeconds - coverage;
  const afterFilling = left + gain * filling;
  if (afterFilling <= 0) {
    return { kind: 'exhausts', inSeconds: left / -gain };
  }
  const slope = gain - left / coverage;
  return { kind: 'exhausts', inSeconds: filling + afterFilling / -slope };
}
