import type { ProviderCapabilities } from '../providers/PaymentProvider.ts';
import type {
  CapturePolicy,
  OperationKind,
  Payment,
  PaymentPart,
  PaymentRecord,
} from './types.ts';

/**
 * How captures have to be made. Where a provider captures once only, that is at the last shipment and for what was shipped: nobody is
 * charged for what was not sent. The price is that the authorisation has to last until then.
 */
export function capturePolicyOf(
  capabilities: ProviderCapabilities,
): CapturePolicy {
  if (!capabilities.partialCapture) {
    return 'all-at-last-shipment';
  }
  return capabilities.multicapture ? 'each-shipment' : 'once-at-last-shipment';
}

/** A payment as others see it. */
export function toPayment(
  payment: PaymentRecord,
  capturePolicy: CapturePolicy,
): Payment {
  const money = (amount: bigint) => ({
    amount: Number(amount),
    currency: payment.currency,
  });
  const parts = (kind: OperationKind): PaymentPart[] =>
    payment.operations
      .filter(operation => operation.kind === kind)
      .map(({ operationId, amount, state, failureCode }) => ({
        id: operationId,
        amount: money(amount),
        state,
        ...(failureCode && { failureCode }),
      }));
  return {
    paymentId: payment.paymentId,
    orderId: payment.orderId,
    state: payment.state,
    ...(payment.nextActionUrl && {
      nextAction: { type: 'redirect' as const, url: payment.nextActionUrl },
    }),
    amount: money(payment.amount),
    authorised: money(payment.authorised),
    captured: money(payment.captured),
    refunded: money(payment.refunded),
    ...(payment.declineCode && { declineCode: payment.declineCode }),
    ...(payment.authorisationExpiresAt && {
      authorisationExpiresAt: payment.authorisationExpiresAt.toISOString(),
    }),
    capturePolicy,
    captures: parts('capture'),
    refunds: parts('refund'),
    disputes: payment.disputes.map(({ disputeId, amount, state }) => ({
      disputeId,
      amount: money(amount),
      state,
    })),
    version: payment.version,
  };
}
