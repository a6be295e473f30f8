import { ApprovalPolicy } from '../policy/types';
import { ApprovalSubject } from '../subject';

/** Every state of a request. All but `waiting` are outcomes; of those only `break-glass` moves on, by its review. */
export const REQUEST_STATES = [
  'waiting',
  'approved',
  'auto-approved',
  'break-glass',
  'break-glass-reviewed',
  'denied',
  'expired',
  'withdrawn',
  'superseded',
] as const;

/** One of {@link REQUEST_STATES}. */
export type RequestState = (typeof REQUEST_STATES)[number];

/** States in which the owner of the subject may go ahead. */
export const GRANTING_STATES: readonly RequestState[] = [
  'approved',
  'auto-approved',
  'break-glass',
  'break-glass-reviewed',
];

/** What a review of a broken glass found. */
export type ReviewVerdict = 'confirmed' | 'objected';

/** A decision that counts. */
export interface CountedDecision {
  /** Entity ref of the person who acted. */
  by: string;
  /** Entity ref of the person it counts for: the same, or who delegated. */
  principal: string;
  delegationId?: string;
  /** ISO 8601. */
  at: string;
  comment?: string;
  /** Came in through the escalation. */
  fallback: boolean;
}

/** How a stage stands. */
export interface StageProgress {
  name: string;
  /** Entity refs that may decide, fixed when the request was made. */
  approvers: string[];
  /** ISO 8601; absent while a stage before it is open. */
  openedAt?: string;
  completedAt?: string;
  /** When it is escalated, unless it is complete by then. */
  escalatesAt?: string;
  escalatedAt?: string;
  /** When its approvers are reminded next. */
  remindsAt?: string;
  approvals: CountedDecision[];
}

/** A broken glass and its review. */
export interface GlassBreak {
  by: string;
  at: string;
  reason: string;
  reviewDueAt: string;
  overdueSince?: string;
  /** When the reviewers of one that is overdue are told again; they are until it is reviewed. */
  remindsAt?: string;
  review?: {
    by: string;
    at: string;
    verdict: ReviewVerdict;
    comment: string;
  };
}

/** A request for approval, as its events make it. */
export interface ApprovalRequest {
  id: string;
  /** How many events made it. */
  version: number;
  state: RequestState;
  subject: ApprovalSubject;
  /** Entity ref of a person. */
  requester: string;
  /** Copied when the request was made; a later edit of the policy changes nothing here. */
  policy: ApprovalPolicy;
  openedAt: string;
  expiresAt: string;
  stages: StageProgress[];
  /** Index of the stage that is open, or was last. */
  stage: number;
  denials: CountedDecision[];
  /** When the outcome came about. */
  decidedAt?: string;
  glass?: GlassBreak;
  /** Id of the request that this one took the place of. */
  supersedes?: string;
  supersededBy?: string;
}
