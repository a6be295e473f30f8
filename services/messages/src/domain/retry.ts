/** When and how often something that failed is tried again. */
export interface RetrySchedule {
  firstSeconds: number;
  factor: number;
  longestSeconds: number;
  maxAttempts: number;
}

/** E-mail: 10 s, 40 s, 160 s … 4 h; about two days in all, as mail servers themselves try. */
export const MAIL_RETRIES: RetrySchedule = {
  firstSeconds: 10,
  factor: 4,
  longestSeconds: 14_400,
  maxAttempts: 18,
};

/** Webhooks: 5 s, 20 s, 80 s … 6 h; about two days in all. */
export const WEBHOOK_RETRIES: RetrySchedule = {
  firstSeconds: 5,
  factor: 4,
  longestSeconds: 21_600,
  maxAttempts: 15,
};

/**
 * Seconds until the next attempt, or undefined when it was the last. `random` (0 to 1)
 * spreads what failed together over the last fifth of the wait.
 */
export function retryAfterSeconds(
  schedule: RetrySchedule,
  attempts: number,
  random: number,
): number | undefined {
  if (attempts >= schedule.maxAttempts) {
    return undefined;
  }
  const full = Math.min(
    schedule.longestSeconds,
    schedule.firstSeconds * schedule.factor ** Math.max(0, attempts - 1),
  );
  return full * (0.8 + 0.2 * random);
}
