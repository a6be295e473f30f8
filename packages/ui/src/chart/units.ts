import { Formatters } from '../format/useFormat';

/** What a chart measures. `percent` takes ratios (0.5 is 50 %), `milliseconds` durations, `per-second` rates. */
export type ChartUnit = 'percent' | 'milliseconds' | 'per-second' | 'number';

/** Writes a value in its unit. */
export function formatChartValue(
  value: number | null | undefined,
  unit: ChartUnit,
  format: Formatters,
): string {
  const known = value ?? undefined;
  switch (unit) {
    case 'percent':
      return format.percent(known);
    case 'milliseconds':
      return format.duration(known);
    case 'per-second':
      return known === undefined
        ? format.number(undefined)
        : `${format.number(known)}/s`;
    default:
      return format.number(known);
  }
}
