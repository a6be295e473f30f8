import { ApprovalEvent } from './events';
import { ApprovalRequest, GRANTING_STATES, RequestState } from './types';

/** What the owner of a subject is told. A broken glass has two outcomes: its own, and that of its review. */
export interface ApprovalOutcome {
  requestId: string;
  type: string;
  subjectId: string;
  /** The content that was decided about. What is done must be exactly this. */
  contentHash: string;
  outcome: Exclude<RequestState, 'waiting'>;
  /** Whether the owner may go ahead. */
  granted: boolean;
  /** Whether a review objected to what was done by a broken glass; the owner undoes it, or says why not. */
  objected: boolean;
  /** ISO 8601. */
  at: string;
  /** Entity refs of those who decided; empty when nobody did. */
  by: string[];
  /** Comment of the last who decided, the reason of a broken glass, or the verdict's. */
  comment?: string;
}

const DECIDING: ReadonlySet<ApprovalEvent['type']> = new Set([
  'approved',
  'auto-approved',
  'denied',
  'expired',
  'withdrawn',
  'superseded',
  'glass-broken',
  'reviewed',
] as const);

/** The outcome that events brought about, if they did; `request` is the one after them. */
export function outcomeOf(
  request: ApprovalRequest,
  events: readonly ApprovalEvent[],
): ApprovalOutcome | undefined {
  const last = events.findLast(({ type }) => DECIDING.has(type));
  if (!last || request.state === 'waiting') {
    return undefined;
  }
  const { subject, state, glass, denials, stages } = request;
  const decisions = {
    approved: stages.flatMap(({ approvals }) => approvals),
    denied: denials,
  }[state as string];
  const person = 'by' in last ? [last.by] : [];
  const comment =
    glass?.review?.comment ??
    glass?.reason ??
    decisions?.at(-1)?.comment ??
    (last.type === 'withdrawn' ? last.reason : undefined);
  const objected = glass?.review?.verdict === 'objected';
  return {
    requestId: request.id,
    type: subject.type,
    subjectId: subject.subjectId,
    contentHash: subject.contentHash,
    outcome: state,
    granted: GRANTING_STATES.includes(state) && !objected,
    objected,
    at: last.at,
    by: decisions?.map(({ by }) => by) ?? person,
    ...(comment && { comment }),
  };
}
