import type { Behaviour } from './testCards.ts';

/** What an account of this provider can do. */
export interface Capabilities {
  /** Several captures of one authorisation. Without: the first capture releases the rest. */
  multicapture: boolean;
  /** A capture of less than what is authorised. */
  partial_capture: boolean;
  /** An authorisation can be renewed before it ends. */
  reauthorize: boolean;
  redirect: boolean;
  disputes: boolean;
  max_authorization_age_seconds: number;
}

/** How an account misbehaves on purpose; set over the control API. */
export interface Misbehaviour {
  /** Added to each API call before it is carried out. */
  latency_ms: number;
  /** `before`: cut the connection and do nothing. `after`: do it, then cut. `error`: 500 and do nothing. */
  api: 'normal' | 'cut_before' | 'cut_after' | 'error';
  /** Webhooks are sent this much later. */
  webhook_delay_ms: number;
  /** How often each webhook is sent, each with a signature of its own. */
  webhook_copies: number;
  /** Older events are sent later than newer ones of the same charge, spread over this time. */
  webhook_reverse_ms: number;
  /** The webhook of an approved redirect has been answered before the shopper is sent back. */
  webhook_before_redirect: boolean;
  /** Webhooks are kept and not sent. */
  webhook_paused: boolean;
  /** How long `tok_expiring_authorisation` holds. */
  short_authorization_seconds: number;
  /** When a dispute is opened after the capture of a disputed card. */
  dispute_after_ms: number;
  /** How long the answer of `tok_timeout_then_success` is held back. */
  timeout_ms: number;
}

/** Profiles of the two accounts that exist from the start. */
export const PROFILES: Record<'full' | 'single_capture', Capabilities> = {
  full: {
    multicapture: true,
    partial_capture: true,
    reauthorize: true,
    redirect: true,
    disputes: true,
    max_authorization_age_seconds: 7 * 86_400,
  },
  single_capture: {
    multicapture: false,
    partial_capture: true,
    reauthorize: false,
    redirect: true,
    disputes: true,
    max_authorization_age_seconds: 7 * 86_400,
  },
};

/** An account that behaves. */
export const WELL_BEHAVED: Misbehaviour = {
  latency_ms: 0,
  api: 'normal',
  webhook_delay_ms: 0,
  webhook_copies: 1,
  webhook_reverse_ms: 0,
  webhook_before_redirect: false,
  webhook_paused: false,
  short_authorization_seconds: 3,
  dispute_after_ms: 500,
  timeout_ms: 8000,
};

/** An account of a merchant. */
export interface Account {
  id: string;
  name: string;
  publishable_key: string;
  webhook_url: string | undefined;
  allowed_origins: string[];
  capabilities: Capabilities;
  misbehaviour: Misbehaviour;
}

/** States of a charge. */
export type ChargeStatus =
  | 'requires_action'
  | 'authorized'
  | 'declined'
  | 'partially_captured'
  | 'captured'
  | 'voided'
  | 'expired';

/** A capture, a refund or a dispute within a charge. */
export interface Part {
  id: string;
  /** The merchant's own id of it. */
  reference: string | undefined;
  amount: bigint;
  status: string;
  created_at: Date;
}

/** A charge with all its parts. */
export interface Charge {
  id: string;
  account_id: string;
  reference: string;
  idempotency_key: string;
  amount: bigint;
  currency: string;
  authorized: bigint;
  captured: bigint;
  refunded: bigint;
  status: ChargeStatus;
  /** Grows with every change. */
  version: bigint;
  failure_code: string | undefined;
  behaviour: Behaviour;
  card_brand: string;
  card_last4: string;
  redirect_id: string | undefined;
  return_url: string | undefined;
  action_expires_at: Date | undefined;
  authorization_expires_at: Date | undefined;
  created_at: Date;
  captures: Part[];
  refunds: Part[];
  disputes: Part[];
}

/** One movement of money: both sides of a double entry. */
export interface Posting {
  position: bigint;
  type: string;
  charge_id: string;
  object_id: string;
  reference: string | undefined;
  charge_reference: string;
  debit: string;
  credit: string;
  amount: bigint;
  currency: string;
  created_at: Date;
}
