import {
  Drift,
  GrantPlan,
  GrantRequest,
  Proof,
  ReasonCode,
  VaultState,
} from './types';

interface Happened {
  /** ISO 8601. */
  at: string;
}

interface ByPerson extends Happened {
  /** Entity ref. */
  by: string;
}

/** Everything that can happen to a grant, in the order in which it did. Events are never changed. */
export type GrantEvent =
  | (ByPerson & {
      type: 'asked';
      id: string;
      slot: string;
      number: number;
      request: GrantRequest;
      plan: GrantPlan;
      base?: VaultState;
      contentHash: string;
    })
  /** The platform granted it when it set the service up; the portal found it in Vault. */
  | (ByPerson & {
      type: 'adopted';
      id: string;
      slot: string;
      number: number;
      request: GrantRequest;
      plan: GrantPlan;
      contentHash: string;
    })
  | (Happened & { type: 'submitted'; approvalRequestId: string })
  | (Happened & {
      type: 'approved';
      /** Entity refs; empty when the policy did. */
      by: string[];
      comment?: string;
      /** When it was decided; `at` is when that was heard of. */
      decidedAt: string;
      expiresAt: string;
      expiringAt: string;
    })
  | (Happened & { type: 'denied'; by: string[]; comment?: string })
  | (Happened & { type: 'withdrawn'; by?: string; reason?: ReasonCode })
  /** It waits for something; told once for each reason. */
  | (Happened & { type: 'held'; reason: ReasonCode; words?: string })
  | (Happened & { type: 'applying-started'; by?: string })
  | (Happened & {
      type: 'authorisation-asked';
      accessor: string;
      /** Number of the renewal that waits for it; absent while the grant is applied. */
      renewal?: number;
    })
  | (Happened & { type: 'applied' })
  | (Happened & { type: 'apply-failed'; reason: ReasonCode; words: string })
  | (Happened & { type: 'proven'; proof: Proof })
  | (Happened & { type: 'refuted'; proof: Proof })
  | (Happened & { type: 'near-expiry' })
  | (Happened & { type: 'expired'; proof?: Proof })
  | (Happened & {
      type: 'revocation-asked';
      /** Absent when the portal does. */
      by?: string;
      reason: ReasonCode;
      comment?: string;
    })
  | (Happened & { type: 'revoked'; steps: string[]; proof?: Proof })
  | (Happened & { type: 'drift-found'; drift: Drift })
  | (Happened & { type: 'drift-gone' })
  | (ByPerson & {
      type: 'renewal-asked';
      number: number;
      reason: string;
      durationSeconds: number;
      contentHash: string;
    })
  | (Happened & {
      type: 'renewal-submitted';
      number: number;
      approvalRequestId: string;
    })
  | (Happened & {
      type: 'renewal-approved';
      number: number;
      by: string[];
      decidedAt: string;
    })
  | (Happened & {
      type: 'renewal-closed';
      number: number;
      outcome: 'denied' | 'expired' | 'withdrawn';
      by: string[];
      comment?: string;
    })
  | (Happened & {
      type: 'renewed';
      number: number;
      expiresAt: string;
      expiringAt: string;
    });

/** Name of an event. */
export type GrantEventType = GrantEvent['type'];
