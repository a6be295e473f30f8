import type { NewEvent } from '@shopfloor/service-kit';
import type { Lesson } from '../domain/learn.ts';
import type {
  CloseReason,
  NewPayment,
  PaymentRecord,
} from '../domain/types.ts';

/** A payment that its taker reads again at the provider. */
export interface ClaimedRefresh {
  paymentId: string;
  /** Given back with the outcome: a hint that came meanwhile is not lost. */
  lease: string;
  /** The shopper has taken too long. */
  overdue: boolean;
  /** The authorisation is about to end. */
  endsSoon: boolean;
}

/** An operation whose outcome its taker finds out. */
export interface ClaimedOperation {
  operationId: string;
  paymentId: string;
  ageSeconds: number;
}

/** Where payments are kept. Everything said to be conditional is one statement. */
export interface PaymentStore {
  find(paymentId: string): Promise<PaymentRecord | undefined>;
  /** Writes a payment with the intent to authorise it. @returns undefined when there is a payment of this id */
  insert(payment: NewPayment): Promise<PaymentRecord | undefined>;
  /** Reserves and records a capture if `reserved + amount <= authorised`. @returns false when not, or when the id is in use */
  intendCapture(options: {
    paymentId: string;
    captureId: string;
    amount: bigint;
    final: boolean;
    multicapture: boolean;
    partialCapture: boolean;
    leaseSeconds: number;
  }): Promise<boolean>;
  /** Reserves and records a refund if `reserved + amount <= captured`. @returns false when not, or when the id is in use */
  intendRefund(options: {
    paymentId: string;
    refundId: string;
    amount: bigint;
    reason: string;
    leaseSeconds: number;
  }): Promise<boolean>;
  /** Records that a payment is let go. @returns false when it cannot be, or when that is under way */
  intendVoid(options: {
    paymentId: string;
    operationId: string;
    reason: CloseReason;
    leaseSeconds: number;
  }): Promise<boolean>;
  /** @returns false when it cannot be, or when that is under way */
  intendReauthorise(options: {
    paymentId: string;
    operationId: string;
    leaseSeconds: number;
  }): Promise<boolean>;
  /** Writes what was learnt with its postings and events. @returns false when the payment has changed since it was read */
  apply(options: {
    payment: PaymentRecord;
    lesson: Lesson;
    events: readonly NewEvent[];
    lease: string | undefined;
    /** When to ask next; undefined: not by itself. */
    refreshAt: Date | undefined;
  }): Promise<boolean>;
  /** Nothing was learnt. */
  rest(options: {
    paymentId: string;
    lease: string | undefined;
    refreshAt: Date | undefined;
  }): Promise<void>;
  claimRefreshes(options: {
    leaseSeconds: number;
    limit: number;
    reauthoriseBeforeSeconds: number;
  }): Promise<ClaimedRefresh[]>;
  claimOperations(options: {
    leaseSeconds: number;
    limit: number;
  }): Promise<ClaimedOperation[]>;
  /** Takes an operation that nobody asks for now. @returns false when somebody does, or it is settled */
  retryOperation(operationId: string, leaseSeconds: number): Promise<boolean>;
  /** An operation is found out about sooner. */
  hurryOperation(operationId: string, inSeconds: number): Promise<void>;
  /** Takes a webhook once, and only while it is fresh by the database clock. `news` when it tells more than is known. */
  takeWebhook(options: {
    provider: string;
    eventId: string;
    type: string;
    paymentId: string | undefined;
    providerVersion: bigint | undefined;
    signedAtSeconds: number;
    toleranceSeconds: number;
  }): Promise<{ fresh: boolean; isNew: boolean; news: boolean }>;
  dropOldWebhooks(): Promise<void>;
}
