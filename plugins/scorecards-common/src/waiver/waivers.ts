/**
 * Where a waiver stands. `expired` is told from the time; it is written only when the time for deciding ran out before the
 * waiver would have ended.
 */
export type WaiverState =
  'waiting' | 'approved' | 'denied' | 'withdrawn' | 'revoked' | 'expired';

/** What can be done to a waiver. */
export type WaiverAct = 'approve' | 'deny' | 'withdraw' | 'revoke';

/** What of a waiver decides. */
export interface WaiverFacts {
  state: WaiverState;
  requestedBy: string;
  /** ISO 8601. */
  expiresAt: string;
}

/** Why an act is refused. */
export type WaiverRefusal =
  /** It is not in a state where this can be done. */
  | 'wrong-state'
  /** Who asked for it never decides about it. */
  | 'own-request'
  /** Only who asked for it withdraws it. */
  | 'not-requester'
  /** A denial says why. */
  | 'comment-missing';

/** The longest that a waiver may last, in days. */
export const MAX_WAIVER_DAYS = 180;

/** How long before its end a waiver is announced, in days. */
export const EXPIRY_NOTICE_DAYS = 14;

const FROM: Record<WaiverAct, WaiverState> = {
  approve: 'waiting',
  deny: 'waiting',
  withdraw: 'waiting',
  revoke: 'approved',
};

const TO: Record<WaiverAct, WaiverFacts['state']> = {
  approve: 'approved',
  deny: 'denied',
  withdraw: 'withdrawn',
  revoke: 'revoked',
};

/** The state as of a time: what waits or is approved expires. */
export function waiverStateAt(waiver: WaiverFacts, now: Date): WaiverState {
  const lives = waiver.state === 'waiting' || waiver.state === 'approved';
  return lives && Date.parse(waiver.expiresAt) <= now.getTime()
    ? 'expired'
    : waiver.state;
}

/**
 * The state after an act, or why it is refused. A closed machine: waiting to approved, denied or withdrawn; approved to
 * revoked; nothing leaves any other state.
 */
export function actOnWaiver(options: {
  waiver: WaiverFacts;
  act: WaiverAct;
  /** Entity ref of who acts. */
  by: string;
  comment?: string;
  now: Date;
}): { state: WaiverFacts['state'] } | { refusal: WaiverRefusal } {
  const { waiver, act, by, comment, now } = options;
  if (waiverStateAt(waiver, now) !== FROM[act]) {
    return { refusal: 'wrong-state' };
  }
  const own = by === waiver.requestedBy;
  if (own && (act === 'approve' || act === 'deny')) {
    return { refusal: 'own-request' };
  }
  if (!own && act === 'withdraw') {
    return { refusal: 'not-requester' };
  }
  if (act === 'deny' && !comment?.trim()) {
    return { refusal: 'comment-missing' };
  }
  return { state: TO[act] };
}
