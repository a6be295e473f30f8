import { ApprovalPolicy } from '../policy/types';
import { ApprovalSubject } from '../subject';
import { ReviewVerdict } from './types';

/** What somebody, or time, wants to happen to a request. */
export type ApprovalCommand =
  | {
      type: 'open';
      id: string;
      subject: ApprovalSubject;
      /** Entity ref of a person. */
      requester: string;
      policy: ApprovalPolicy;
      /** Entity refs of the owners of the subject's entity. */
      entityOwners: string[];
      supersedes?: string;
    }
  | {
      type: 'approve';
      /** Name of the stage that was shown. */
      stage: string;
      /** Hash of the content that was shown. */
      contentHash: string;
      /** Entity ref of the person in whose place, by a delegation. */
      actingFor?: string;
      comment?: string;
    }
  | {
      type: 'deny';
      stage: string;
      contentHash: string;
      actingFor?: string;
      comment: string;
    }
  | { type: 'comment'; text: string }
  | { type: 'withdraw'; reason?: string }
  | { type: 'supersede'; supersededBy: string }
  | { type: 'break-glass'; reason: string; contentHash: string }
  | { type: 'review'; verdict: ReviewVerdict; comment: string }
  /** Of time: done when due, by any instance. */
  | { type: 'expire' }
  | { type: 'escalate' }
  | { type: 'remind' }
  | { type: 'mark-overdue' };

/** Name of a command. */
export type ApprovalCommandType = ApprovalCommand['type'];

/** Names of all commands. */
export const COMMAND_TYPES = [
  'open',
  'approve',
  'deny',
  'comment',
  'withdraw',
  'supersede',
  'break-glass',
  'review',
  'expire',
  'escalate',
  'remind',
  'mark-overdue',
] as const satisfies readonly ApprovalCommandType[];

/** Somebody whose place the actor may take now. */
export interface Delegator {
  /** Entity ref of the person. */
  principal: string;
  /** Entity refs that the person may claim. */
  claims: string[];
  delegationId: string;
}

/** A person who acts. */
export interface Actor {
  /** Entity ref, lower case. */
  ref: string;
  /** Entity refs of the person and the groups, lower case. */
  claims: string[];
  /** By delegations that are in force for this type of subject. */
  delegators: Delegator[];
}

/** What a decision depends on beside the request and the command. */
export interface DecisionContext {
  /** ISO 8601. */
  now: string;
  /** Absent when time, or the owner of the subject, acts. */
  actor?: Actor;
}
