import { GrantState, LIVE_STATES } from '@shopfloor/plugin-secrets-common';

/** What of a grant says how long it still is in force. */
export interface TimedGrant {
  state: GrantState;
  /** ISO 8601. */
  expiresAt?: string;
}

/** Milliseconds that a grant is still in force, never below zero; `undefined` for one that is not in force or has no end. */
export function timeLeft(grant: TimedGrant, now: number): number | undefined {
  return grant.expiresAt && LIVE_STATES.includes(grant.state)
    ? Math.max(0, Date.parse(grant.expiresAt) - now)
    : undefined;
}

/** The most time that one of several grants has left, in milliseconds: what a full bar stands for. 0 without any. */
export function longestLeft(
  grants: readonly TimedGrant[],
  now: number,
): number {
  return Math.max(0, ...grants.map(grant => timeLeft(grant, now) ?? 0));
}
