import type { Operation, PaymentRecord } from './types.ts';

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
