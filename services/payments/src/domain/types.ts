import type { PaymentState } from './paymentStates.ts';

/** Currencies of the shop. */
export const CURRENCIES = ['EUR', 'USD', 'GBP', 'JPY', 'KWD', 'CNY'] as const;

/** Largest amount, in minor units: one digit short of a card number. */
export const MAX_AMOUNT = 999_999_999_999;

/** Whole minor units of a currency. */
export interface Money {
  amount: number;
  currency: string;
}

/** What is asked of the provider. Its row is written before the provider is called. */
export type OperationKind =
  'authorise' | 'capture' | 'refund' | 'void' | 'reauthorise';

/** Whether an operation is known to have been done. */
export type OperationState = 'pending' | 'succeeded' | 'failed';

/** One thing asked of the provider. */
export interface Operation {
  operationId: string;
  paymentId: string;
  kind: OperationKind;
  /** Minor units; 0 for kinds without an amount. */
  amount: bigint;
  state: OperationState;
  /** The last capture of a payment. */
  final: boolean;
  reason: string | undefined;
  failureCode: string | undefined;
  attempts: number;
}

/** Why a payment is being let go, recorded before the provider is told. */
export type CloseReason =
  /** Somebody asked for it. */
  | 'void'
  /** The shopper took too long. */
  | 'deadline'
  /** Not exactly the order's total was authorised. */
  | 'mismatch'
  /** Whether it was authorised could not be learnt in time. */
  | 'unreachable'
  /** The provider refused the request. */
  | 'refused';

/** A dispute. */
export interface Dispute {
  disputeId: string;
  amount: bigint;
  state: 'opened' | 'won' | 'lost';
}

/** A payment with all that was asked of the provider. */
export interface PaymentRecord {
  paymentId: string;
  orderId: string;
  provider: string;
  providerPaymentId: string | undefined;
  providerVersion: bigint;
  amount: bigint;
  currency: string;
  tokenHash: Buffer;
  returnUrl: string;
  expiresInSeconds: number;
  expiresAt: Date;
  state: PaymentState;
  authorised: bigint;
  captured: bigint;
  refunded: bigint;
  /** Captured, or being captured. Never more than authorised. */
  captureReserved: bigint;
  /** Refunded, or being refunded. Never more than captured. */
  refundReserved: bigint;
  declineCode: string | undefined;
  nextActionUrl: string | undefined;
  authorisationExpiresAt: Date | undefined;
  closeReason: CloseReason | undefined;
  version: number;
  operations: Operation[];
  disputes: Dispute[];
  /** By the database clock, at the moment of reading. */
  overdue: boolean;
}

/** A payment to write, with the intent to authorise it. */
export interface NewPayment {
  paymentId: string;
  orderId: string;
  provider: string;
  amount: bigint;
  currency: string;
  tokenHash: Buffer;
  returnUrl: string;
  expiresInSeconds: number;
  /** For how long nobody else asks the provider for it. */
  leaseSeconds: number;
}

/** How captures of a payment have to be made. */
export type CapturePolicy =
  /** One capture per shipment. */
  | 'each-shipment'
  /** One capture with everything that was shipped, at the last shipment. */
  | 'once-at-last-shipment'
  /** One capture of everything authorised, at the last shipment. */
  | 'all-at-last-shipment';

/** A payment as others see it. */
export interface Payment {
  paymentId: string;
  orderId: string;
  state: PaymentState;
  nextAction?: { type: 'redirect'; url: string };
  amount: Money;
  authorised: Money;
  captured: Money;
  refunded: Money;
  declineCode?: string;
  authorisationExpiresAt?: string;
  capturePolicy: CapturePolicy;
  captures: PaymentPart[];
  refunds: PaymentPart[];
  disputes: { disputeId: string; amount: Money; state: string }[];
  version: number;
}

/** A capture or refund as others see it. */
export interface PaymentPart {
  id: string;
  amount: Money;
  state: OperationState;
  failureCode?: string;
}
