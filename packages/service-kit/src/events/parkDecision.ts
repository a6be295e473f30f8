/** How often and how long a handler is tried. */
export interface RetryPolicy {
  /** Attempts before an event that fails by itself is parked. */
  attempts: number;
  /** Upper bound of the first wait between two attempts. */
  baseMs: number;
  /** Upper bound of any wait. */
  maxMs: number;
  /** How long an event may fail because something else does not answer before it is parked too. */
  patienceMs: number;
}

/** Five attempts within about three seconds; ten minutes for an outage of something else. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  attempts: 5,
  baseMs: 250,
  maxMs: 2000,
  patienceMs: 600_000,
};

/** What is known of the failures of one event. */
export interface FailureRecord {
  attempts: number;
  /** Since its first failure. */
  elapsedMs: number;
  /** Whether the last failure said that something else does not answer. */
  temporary: boolean;
}

/** Next step after a failure: try again here, let the whole batch come again, or park. */
export type FailureDecision = 'retry' | 'postpone' | 'park';

/**
 * An event that fails by itself is poison and must not hold up the others. One
 * that fails since a neighbour is down would fail for every event, so waiting
 * loses less than parking them all.
 */
export function decideFailure(
  record: FailureRecord,
  policy: RetryPolicy,
): FailureDecision {
  if (record.attempts < policy.attempts) {
    return 'retry';
  }
  if (record.temporary && record.elapsedMs < policy.patienceMs) {
    return 'postpone';
  }
  return 'park';
}
