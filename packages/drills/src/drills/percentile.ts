/** The value below which this share of the values lies, rounded to a whole number; 1 is the largest. 0 when there are none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const place = Math.ceil(sorted.length * share) - 1;
  return Math.round(sorted[Math.max(0, place)] ?? 0);
}
