import {
  Drift,
  GrantPlan,
  GrantRequest,
  Proof,
  ReasonCode,
  VaultState,
} from './types';

/** What somebody, the worker or time wants to happen to a grant. */
export type GrantCommand =
  | {
      type: 'ask';
      id: string;
      slot: string;
      number: number;
      request: GrantRequest;
      plan: GrantPlan;
      base?: VaultState;
      contentHash: string;
      /** Entity ref. */
      requester: string;
    }
  /** It was found in Vault, written by the platform. */
  | {
      type: 'adopt';
      id: string;
      slot: string;
      number: number;
      request: GrantRequest;
      plan: GrantPlan;
      contentHash: string;
    }
  /** It was asked for approval. */
  | { type: 'submit'; approvalRequestId: string }
  | {
      type: 'approve';
      contentHash: string;
      by: string[];
      comment?: string;
      /** When it was decided; the time of the grant runs from then. */
      decidedAt: string;
    }
  | { type: 'deny'; by: string[]; comment?: string }
  /** The request for approval ended undecided. */
  | { type: 'close'; reason: ReasonCode }
  | { type: 'withdraw' }
  /** It waits for something. */
  | { type: 'hold'; reason: ReasonCode; words?: string }
  | { type: 'start' }
  | {
      type: 'await-authorisation';
      accessor: string;
      /** Number of the renewal that waits for it; absent while the grant is applied. */
      renewal?: number;
    }
  | { type: 'finish-apply' }
  | { type: 'fail'; reason: ReasonCode; words: string }
  | { type: 'retry' }
  | { type: 'record-proof'; proof: Proof }
  | { type: 'mark-expiring' }
  | { type: 'expire'; proof?: Proof }
  | { type: 'revoke'; reason: ReasonCode; comment?: string }
  | { type: 'finish-revoke'; steps: string[]; proof?: Proof }
  | { type: 'report-drift'; drift: Drift }
  | { type: 'report-no-drift' }
  | { type: 'repair' }
  | { type: 'accept' }
  | {
      type: 'ask-renewal';
      reason: string;
      durationSeconds: number;
      contentHash: string;
    }
  | { type: 'submit-renewal'; number: number; approvalRequestId: string }
  | {
      type: 'approve-renewal';
      number: number;
      contentHash: string;
      by: string[];
      decidedAt: string;
    }
  | {
      type: 'close-renewal';
      number: number;
      outcome: 'denied' | 'expired' | 'withdrawn';
      by: string[];
      comment?: string;
    }
  | { type: 'finish-renewal'; number: number };

/** Name of a command. */
export type GrantCommandType = GrantCommand['type'];

/** Names of all commands. */
export const GRANT_COMMAND_TYPES = [
  'ask',
  'adopt',
  'submit',
  'approve',
  'deny',
  'close',
  'withdraw',
  'hold',
  'start',
  'await-authorisation',
  'finish-apply',
  'fail',
  'retry',
  'record-proof',
  'mark-expiring',
  'expire',
  'revoke',
  'finish-revoke',
  'report-drift',
  'report-no-drift',
  'repair',
  'accept',
  'ask-renewal',
  'submit-renewal',
  'approve-renewal',
  'close-renewal',
  'finish-renewal',
] as const satisfies readonly GrantCommandType[];

/** What a decision depends on beside the grant and the command. */
export interface GrantContext {
  /** ISO 8601. */
  now: string;
  /** Entity ref of the person who acts; absent when the portal does. */
  actor?: string;
}
