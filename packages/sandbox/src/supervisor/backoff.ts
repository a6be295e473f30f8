/** How restarts are spaced and when a part is given up. */
export interface BackoffPolicy {
  /** Wait before the first restart. */
  firstDelayMs: number;
  /** The longest wait. */
  maxDelayMs: number;
  /** Consecutive failures after which there is no further restart. */
  maxFailures: number;
  /** A part that was ready this long starts counting from zero again. */
  resetAfterMs: number;
}

/** What a {@link BackoffPolicy} applies to all parts unless a part says otherwise. */
export const DEFAULT_BACKOFF: BackoffPolicy = {
  firstDelayMs: 500,
  maxDelayMs: 30_000,
  maxFailures: 8,
  resetAfterMs: 60_000,
};

/** What follows a failure. */
export type RestartDecision =
  | { kind: 'restart'; failures: number; delayMs: number }
  | { kind: 'give-up'; failures: number };

/**
 * Decides what follows when a part failed.
 *
 * @param options.failures - consecutive failures before this one
 * @param options.readyForMs - how long it had been ready without a break; 0 when it never was
 */
export function decideRestart(options: {
  policy: BackoffPolicy;
  failures: number;
  readyForMs: number;
}): RestartDecision {
  const { policy, readyForMs } = options;
  const before = readyForMs >= policy.resetAfterMs ? 0 : options.failures;
  const failures = before + 1;
  if (failures >= policy.maxFailures) {
    return { kind: 'give-up', failures };
  }
  const delayMs = Math.min(
    policy.maxDelayMs,
    policy.firstDelayMs * 2 ** (failures - 1),
  );
  return { kind: 'restart', failures, delayMs };
}
