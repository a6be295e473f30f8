/** What Vault and OpenBao tell of a lease: times, never what was leased. */
export interface LeaseMetadata {
  issue_time?: string;
  expire_time?: string | null;
  last_renewal?: string | null;
  renewable?: boolean;
}

/** Share of its term at whose end a lease ought to have been renewed. */
const LATE_SHARE = 0.1;

/**
 * Whether a lease is about to run out without having been renewed: less than a tenth of its term is left, and it could be
 * renewed. One that cannot be renewed ends when it should.
 *
 * @param now - milliseconds since the epoch
 */
export function isOverdue(lease: LeaseMetadata, now: number): boolean {
  const end = Date.parse(lease.expire_time ?? '');
  const start = Date.parse(lease.last_renewal ?? lease.issue_time ?? '');
  if (!Number.isFinite(end) || !Number.isFinite(start)) {
    return false;
  }
  return lease.renewable === true && end - now < (end - start) * LATE_SHARE;
}

/** Whether it never ends, which no lease of a service should. */
export function isEndless(lease: LeaseMetadata): boolean {
  return !Number.isFinite(Date.parse(lease.expire_time ?? ''));
}
