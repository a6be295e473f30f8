import { SecretClass } from '../secret';

const DAY_MS = 86_400_000;
const MAX_EXPIRING_MS = 7 * DAY_MS;

/** When a grant ends, and from when on it is said to: the last fifth of its time, at most 7 days. Times are ISO 8601. */
export function endOf(
  approvedAt: string,
  durationSeconds: number,
): { expiresAt: string; expiringAt: string } {
  const end = Date.parse(approvedAt) + durationSeconds * 1_000;
  const notice = Math.min(MAX_EXPIRING_MS, (durationSeconds * 1_000) / 5);
  return {
    expiresAt: new Date(end).toISOString(),
    expiringAt: new Date(Math.ceil(end - notice)).toISOString(),
  };
}

/** Whether a moment has come. */
export function isDue(moment: string | undefined, now: string): boolean {
  return moment !== undefined && Date.parse(moment) <= Date.parse(now);
}

/** How long a grant still lasts, in whole seconds; never less than 0. */
export function secondsLeft(expiresAt: string, now: string): number {
  return Math.max(
    0,
    Math.floor((Date.parse(expiresAt) - Date.parse(now)) / 1_000),
  );
}

/** Days before the end on which it is announced. */
export const NOTICE_DAYS = [7, 1] as const;

/**
 * The announcement of the end that is due: the days it says, if one is. One is left out when the grant was shorter than it, and when
 * a later one is due already.
 */
export function noticeDue(options: {
  approvedAt: string;
  expiresAt: string;
  now: string;
}): number | undefined {
  const { approvedAt, expiresAt, now } = options;
  const end = Date.parse(expiresAt);
  const left = end - Date.parse(now);
  const whole = end - Date.parse(approvedAt);
  return left <= 0
    ? undefined
    : NOTICE_DAYS.findLast(
        days => left <= days * DAY_MS && whole > days * DAY_MS,
      );
}

const ROTATION_DAYS: Record<SecretClass, number> = {
  standard: 30,
  sensitive: 7,
  critical: 1,
};

/** When a value should be another one after somebody who had it should have it no more. */
export function rotationAfterRevocation(
  revokedAt: string,
  secretClass: SecretClass = 'sensitive',
): string {
  return new Date(
    Date.parse(revokedAt) + ROTATION_DAYS[secretClass] * DAY_MS,
  ).toISOString();
}

/** When a value should be another one by its age. */
export function rotationBySchedule(
  changedAt: string,
  rotationDays: number,
): string {
  return new Date(Date.parse(changedAt) + rotationDays * DAY_MS).toISOString();
}
