import { isOver, type Payment } from './paymentReading.ts';
import type { OrderRecord } from './types.ts';

/** What is wrong between an order and its payment, and what is done about it. */
export type MoneyDifference =
  | { kind: 'none' }
  /** An order that came to nothing has a payment that lives: it is voided or refunded. */
  | { kind: 'late-payment' }
  | { kind: 'care'; reason: string };

/**
 * Compares an order's books with its payment; `payment` is absent when payments
 * knows none. Not for orders with money on the move, nor before they are confirmed.
 */
export function compareMoney(
  order: Pick<OrderRecord, 'state' | 'total' | 'captured' | 'refunded'>,
  payment: Payment | undefined,
): MoneyDifference {
  const ended = order.state === 'rejected' || order.state === 'cancelled';
  if (!payment) {
    return order.captured > 0 || (!ended && order.total > 0)
      ? { kind: 'care', reason: 'payment-missing' }
      : { kind: 'none' };
  }
  const captured = payment.captured.amount;
  const refunded = payment.refunded.amount;
  if (ended && !isOver(payment) && captured === refunded && captured === 0) {
    return { kind: 'late-payment' };
  }
  if (captured !== order.captured || refunded !== order.refunded) {
    return ended && captured > refunded
      ? { kind: 'late-payment' }
      : { kind: 'care', reason: 'books-differ-from-payment' };
  }
  if (
    !ended &&
    order.state !== 'completed' &&
    isOver(payment) &&
    captured < order.total
  ) {
    return { kind: 'care', reason: `authorisation-${payment.state}` };
  }
  return { kind: 'none' };
}
