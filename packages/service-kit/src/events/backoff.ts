/** Options of {@link backoffMs}. */
export interface BackoffOptions {
  /** Upper bound of the first wait. */
  baseMs: number;
  maxMs: number;
  /** In [0, 1). */
  random: () => number;
}

/**
 * Wait before attempt `attempt + 1`: doubles up to a bound, with the upper half
 * left to chance so that replicas do not come back in step.
 */
export function backoffMs(attempt: number, options: BackoffOptions): number {
  const bound = Math.min(
    options.maxMs,
    options.baseMs * 2 ** Math.min(attempt - 1, 30),
  );
  return Math.round(bound / 2 + (options.random() * bound) / 2);
}
