import { errorBudget, EventCounts } from './budget';
import { Forecast } from './forecast';

/**
 * What the rest of a calendar window is taken to bring. A budget of a calendar window depends on it, since it is a share
 * of events that are yet to come; so it is always named with the figures.
 *
 * - `so-far`: events go on at the mean rate of this window so far
 * - `recent`: at the rate of the recent window
 * - `previous`: the window will have as many events as the one before it
 */
export type TrafficProjection =
  | { kind: 'so-far' }
  | { kind: 'recent' }
  | { kind: 'previous'; totalEvents: number };

/** Forecast of a calendar window, with what it rests on. */
export interface CalendarForecast {
  forecast: Forecast;
  projection: TrafficProjection['kind'];
  /** Events of the whole window under the projection; absent when it cannot be told. */
  projectedTotal?: number;
  /** `(1 - target) x projectedTotal`: bad events the whole window may have. */
  projectedBudget?: number;
  /** Bad events at the end of the window when they go on as recently. */
  projectedBad?: number;
  /** `1 - bad / projectedBudget`. */
  projectedBudgetLeft?: number;
}

/**
 * When the budget of a calendar window runs out. Nothing leaves a calendar window before it ends, so bad events only add
 * up: with `B` the budget of the whole window under the projection and bad events going on at their recent rate `r`, it
 * is used up after `(B - bad) / r`, if that is before the end.
 */
export function forecastCalendar(options: {
  /** Counts of the window so far. */
  window: EventCounts;
  /** Seconds since the window began, and until it ends. */
  elapsedSeconds: number;
  remainingSeconds: number;
  recent: EventCounts;
  recentSeconds: number;
  target: number;
  projection: TrafficProjection;
}): CalendarForecast {
  const { window, elapsedSeconds, remainingSeconds, recent } = options;
  const { target, projection, recentSeconds } = options;
  const total = projectTotal(options);
  if (total === undefined || !(total > 0)) {
    return { forecast: { kind: 'unknown' }, projection: projection.kind };
  }
  const budget = errorBudget(total, target);
  const known = recent.total > 0 && recentSeconds > 0 && elapsedSeconds > 0;
  const badRate = known ? recent.bad / recentSeconds : undefined;
  return {
    forecast: judge({ left: budget - window.bad, badRate, remainingSeconds }),
    projection: projection.kind,
    projectedTotal: total,
    projectedBudget: budget,
    projectedBudgetLeft: 1 - window.bad / budget,
    ...(badRate !== undefined && {
      projectedBad: window.bad + badRate * remainingSeconds,
    }),
  };
}

function judge(options: {
  left: number;
  badRate?: number;
  remainingSeconds: number;
}): Forecast {
  const { left, badRate, remainingSeconds } = options;
  if (left <= 0) {
    return { kind: 'exhausted' };
  }
  if (badRate === undefined) {
    return { kind: 'unknown' };
  }
  const inSeconds = badRate > 0 ? left / badRate : Infinity;
  return inSeconds < remainingSeconds
    ? { kind: 'exhausts', inSeconds }
    : { kind: 'lasts' };
}

function projectTotal(options: {
  window: EventCounts;
  elapsedSeconds: number;
  remainingSeconds: number;
  recent: EventCounts;
  recentSeconds: number;
  projection: TrafficProjection;
}): number | undefined {
  const { window, elapsedSeconds, remainingSeconds, projection } = options;
  switch (projection.kind) {
    case 'previous':
      // It cannot have fewer than it has already.
      return Math.max(projection.totalEvents, window.total);
    case 'recent':
      return options.recentSeconds > 0
        ? window.total +
            (options.recent.total / options.recentSeconds) * remainingSeconds
        : undefined;
    default:
      return elapsedSeconds > 0
        ? window.total * (1 + remainingSeconds / elapsedSeconds)
        : undefined;
  }
}
