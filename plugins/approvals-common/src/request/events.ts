import { ApprovalPolicy } from '../policy/types';
import { ApprovalSubject, LocalizedText } from '../subject';
import { CountedDecision, ReviewVerdict } from './types';

interface Happened {
  /** ISO 8601. */
  at: string;
}

interface ByPerson extends Happened {
  /** Entity ref. */
  by: string;
}

/** Everything that can happen to a request, in the order in which it did. Events are never changed. */
export type ApprovalEvent =
  | (ByPerson & {
      type: 'opened';
      id: string;
      subject: ApprovalSubject;
      policy: ApprovalPolicy;
      /** Who may decide in each stage, entity refs. */
      approvers: string[][];
      expiresAt: string;
      supersedes?: string;
    })
  | (Happened & {
      type: 'stage-opened';
      stage: number;
      escalatesAt?: string;
      remindsAt?: string;
    })
  | (Happened & {
      type: 'approval-given';
      stage: number;
      decision: CountedDecision;
      contentHash: string;
    })
  | (Happened & { type: 'stage-completed'; stage: number })
  | (Happened & { type: 'approved' })
  | (Happened & { type: 'auto-approved'; reason: LocalizedText })
  | (Happened & { type: 'denial-given'; decision: CountedDecision })
  | (Happened & { type: 'denied' })
  | (Happened & { type: 'expired' })
  | (ByPerson & { type: 'withdrawn'; reason?: string })
  | (Happened & { type: 'superseded'; supersededBy: string })
  | (ByPerson & { type: 'glass-broken'; reason: string; reviewDueAt: string })
  | (Happened & { type: 'review-overdue' })
  | (ByPerson & {
      type: 'reviewed';
      verdict: ReviewVerdict;
      comment: string;
    })
  | (Happened & { type: 'escalated'; stage: number })
  | (Happened & { type: 'reminded'; stage: number; remindsAt: string })
  | (ByPerson & { type: 'commented'; text: string });

/** Name of an event. */
export type ApprovalEventType = ApprovalEvent['type'];
