import { CountedUnit } from '../evaluation/leaves';
import { allowedShare, burnRate, EventCounts } from './budget';
import { rowGuard } from './rowGuard';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Budget shares whose spending within a long window deserves attention. */
const SHARES = [
  { longSeconds: HOUR, share: 0.02 },
  { longSeconds: 6 * HOUR, share: 0.05 },
  { longSeconds: DAY, share: 0.1 },
  { longSeconds: 3 * DAY, share: 0.1 },
];

/** A row of the multi-window, multi-burn-rate table. */
export interface BurnRowDefinition {
  longSeconds: number;
  /** A twelfth of the long window; shows that it is still going on. */
  shortSeconds: number;
  /** Share of the budget of the whole period spent in the long window at this factor. */
  share: number;
  /** Burn rate from which the row counts. */
  factor: number;
}

/** A row with what was measured. */
export interface BurnRow extends BurnRowDefinition {
  longBurnRate?: number;
  shortBurnRate?: number;
  /** Both windows burn faster than the factor, and there are enough events for that to mean something. */
  active: boolean;
  /**
   * Present when both windows burn faster than the factor but the long one has fewer events than this: the row is not
   * active, as the generated alert does not fire.
   */
  eventsNeeded?: number;
  /** False for a factor no ratio of bad events can reach: `factor >= 1 / (1 - target)`. */
  canFire: boolean;
}

/**
 * Every row for an SLO period, whether it makes sense or not: `factor = share x period / long window`. For 30 days that
 * is 14.4, 6, 3 and 1.
 *
 * @see https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts
 */
export function burnRowCandidates(periodSeconds: number): BurnRowDefinition[] {
  return SHARES.map(({ longSeconds, share }) => ({
    longSeconds,
    shortSeconds: longSeconds / 12,
    share,
    factor: Number(((share * periodSeconds) / longSeconds).toPrecision(12)),
  }));
}

/**
 * The rows that are used for an SLO period: those of {@link burnRowCandidates} whose window fits into it and whose
 * factor is at least 1. Below 1 a row would fire inside the budget.
 */
export function burnRowDefinitions(periodSeconds: number): BurnRowDefinition[] {
  return burnRowCandidates(periodSeconds).filter(
    ({ factor, longSeconds }) => factor >= 1 && longSeconds <= periodSeconds,
  );
}

/** False for a burn rate that no ratio of bad events can exceed: `factor >= 1 / (1 - target)`. */
export function canExceed(factor: number, target: number): boolean {
  return factor < 1 / allowedShare(target);
}

/**
 * Fills the rows with the counts of each window, keyed by its seconds.
 *
 * @param options - what {@link rowGuard} says of a row is the fewest counts in its long window before it counts; `unit` is by
 * default events
 */
export function evaluateBurnRows(options: {
  periodSeconds: number;
  target: number;
  windows: ReadonlyMap<number, EventCounts>;
  minimumEvents?: number;
  unit?: CountedUnit;
  sliceSeconds?: number;
}): BurnRow[] {
  const { periodSeconds, target, windows, unit = 'events' } = options;
  const rate = (seconds: number) => {
    const counts = windows.get(seconds);
    return counts && burnRate(counts, target);
  };
  return burnRowDefinitions(periodSeconds).map(row => {
    const longBurnRate = rate(row.longSeconds);
    const shortBurnRate = rate(row.shortSeconds);
    const canFire = canExceed(row.factor, target);
    const burns =
      canFire &&
      longBurnRate !== undefined &&
      shortBurnRate !== undefined &&
      longBurnRate > row.factor &&
      shortBurnRate > row.factor;
    const needed = rowGuard({ ...options, ...row, unit });
    const enough = (windows.get(row.longSeconds)?.total ?? 0) >= needed;
    return {
      ...row,
      ...(longBurnRate !== undefined && { longBurnRate }),
      ...(shortBurnRate !== undefined && { shortBurnRate }),
      canFire,
      active: burns && enough,
      ...(burns && !enough && { eventsNeeded: needed }),
    };
  });
}
