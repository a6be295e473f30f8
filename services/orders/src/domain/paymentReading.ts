import type { OrderSignal } from './orderProcess.ts';
import type { Money, OrderFailure } from './types.ts';

/** How captures of a payment have to be made, by what its provider can do. */
export type CapturePolicy =
  'each-shipment' | 'once-at-last-shipment' | 'all-at-last-shipment';

/** A capture or refund as payments tells it. */
export interface PaymentPart {
  id: string;
  amount: Money;
  state: 'pending' | 'succeeded' | 'failed';
}

/** A payment as payments tells it. */
export interface Payment {
  paymentId: string;
  orderId: string;
  state:
    | 'pending'
    | 'requires-action'
    | 'authorised'
    | 'declined'
    | 'captured'
    | 'partially-captured'
    | 'voided'
    | 'expired'
    | 'failed';
  nextAction?: { type: 'redirect'; url: string };
  amount: Money;
  authorised: Money;
  captured: Money;
  refunded: Money;
  declineCode?: string;
  authorisationExpiresAt?: string;
  /** How captures have to be made; absent: each shipment by itself. */
  capturePolicy?: CapturePolicy;
  captures?: PaymentPart[];
  refunds?: PaymentPart[];
  version: number;
}

/** Whether a capture or refund is known to have been done; an answer without parts means done. */
export function isDone(
  parts: readonly PaymentPart[] | undefined,
  id: string,
): boolean {
  return parts === undefined
    ? true
    : parts.some(part => part.id === id && part.state === 'succeeded');
}

/** What a payment means for an order that waits for it. */
export interface PaymentReading {
  signal: Extract<
    OrderSignal,
    'authorised' | 'action-needed' | 'declined' | 'payment-mismatch'
  >;
  failure?: OrderFailure;
}

/** Where the shopper has to go, while that is what the payment waits for. */
export function nextActionOf(payment: Payment): Payment['nextAction'] {
  return payment.state === 'requires-action' ? payment.nextAction : undefined;
}

/** Whether no money is or can come into our hands by it any more. */
export function isOver({ state }: Payment): boolean {
  return (
    state === 'declined' ||
    state === 'voided' ||
    state === 'expired' ||
    state === 'failed'
  );
}

/**
 * Reads a payment for an order that is not confirmed yet. An authorisation counts
 * only when it is for the whole total and nothing was captured before we asked.
 */
export function readPayment(payment: Payment, total: Money): PaymentReading {
  switch (payment.state) {
    case 'pending':
    case 'requires-action':
      return { signal: 'action-needed' };
    case 'authorised':
      return payment.authorised.amount === total.amount &&
        payment.authorised.currency === total.currency
        ? { signal: 'authorised' }
        : {
            signal: 'payment-mismatch',
            failure: { code: 'payment-mismatch' },
          };
    case 'captured':
    case 'partially-captured':
      return {
        signal: 'payment-mismatch',
        failure: { code: 'payment-mismatch' },
      };
    default:
      return {
        signal: 'declined',
        failure: {
          code: 'payment-declined',
          declineCode: payment.declineCode ?? payment.state,
        },
      };
  }
}
