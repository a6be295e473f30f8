import { allowedShare, burnRate, EventCounts } from './budget';

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
  /** Both windows burn faster than the factor. */
  active: boolean;
  /** False for a factor no ratio of bad events can reach: `factor >= 1 / (1 - target)`. */
  canFire: boolean;
}

/**
 * The rows for an SLO period: `factor = share x period / long window`. For 30 days that is 14.4, 6, 3 and 1. Rows whose
 * factor is below 1 would fire inside the budget and are left out.
 *
 * @see https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts
 */
export function burnRowDefinitions(periodSeconds: number): BurnRowDefinition[] {
  return SHARES.map(({ longSeconds, share }) => ({
    longSeconds,
    shortSeconds: longSeconds / 12,
    share,
    factor: Number(((share * periodSeconds) / longSeconds).toPrecision(12)),
  })).filter(
    ({ factor, longSeconds }) => factor >= 1 && longSeconds <= periodSeconds,
  );
}

/** Fills the rows with the counts of each window, keyed by its seconds. */
export function evaluateBurnRows(options: {
  periodSeconds: number;
  target: number;
  windows: ReadonlyMap<number, EventCounts>;
}): BurnRow[] {
  const { periodSeconds, target, windows } = options;
  const rate = (seconds: number) => {
    const counts = windows.get(seconds);
    return counts && burnRate(counts, target);
  };
  return burnRowDefinitions(periodSeconds).map(row => {
    const longBurnRate = rate(row.longSeconds);
    const shortBurnRate = rate(row.shortSeconds);
    const canFire = row.factor < 1 / allowedShare(target);
    return {
      ...row,
      ...(longBurnRate !== undefined && { longBurnRate }),
      ...(shortBurnRate !== undefined && { shortBurnRate }),
      canFire,
      active:
        canFire &&
        longBurnRate !== undefined &&
        shortBurnRate !== undefined &&
        longBurnRate > row.factor &&
        shortBurnRate > row.factor,
    };
  });
}
