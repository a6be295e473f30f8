import type { NewPayment, Operation, PaymentRecord } from './types.ts';

/** What is intended with a payment. */
export interface Intent {
  operationId: string;
  kind: Operation['kind'];
  /** Minor units; absent for kinds without an amount. */
  amount?: bigint;
  /** The last capture. */
  final?: boolean;
  reason?: string;
}

/** A payment as it stands in the database once it is written, with the intent to authorise it. */
export function newRecord(payment: NewPayment, expiresAt: Date): PaymentRecord {
  const { leaseSeconds: _lease, ...given } = payment;
  return withIntent(
    {
      ...given,
      providerPaymentId: undefined,
      providerVersion: 0n,
      expiresAt,
      state: 'pending',
      authorised: 0n,
      captured: 0n,
      refunded: 0n,
      captureReserved: 0n,
      refundReserved: 0n,
      declineCode: undefined,
      nextActionUrl: undefined,
      authorisationExpiresAt: undefined,
      closeReason: undefined,
      version: 1,
      overdue: false,
      operations: [],
      disputes: [],
    },
    { operationId: payment.paymentId, kind: 'authorise' },
  );
}

/** The payment with an intent that was just recorded, so that it need not be read again. */
export function withIntent(
  payment: PaymentRecord,
  intent: Intent,
): PaymentRecord {
  const { amount = 0n, final = false, kind, operationId, reason } = intent;
  return {
    ...payment,
    captureReserved:
      payment.captureReserved + (kind === 'capture' ? amount : 0n),
    refundReserved: payment.refundReserved + (kind === 'refund' ? amount : 0n),
    operations: [
      ...payment.operations,
      {
        operationId,
        paymentId: payment.paymentId,
        kind,
        amount,
        state: 'pending',
        final,
        reason,
        failureCode: undefined,
        attempts: 1,
      },
    ],
  };
}
