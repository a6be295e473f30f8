import type { NewEvent } from '@shopfloor/service-kit';
import type { ProviderPayment } from '../providers/PaymentProvider.ts';
import { isFinal, pathTo, type PaymentState } from './paymentStates.ts';
import type {
  CloseReason,
  Operation,
  OperationState,
  PaymentRecord,
} from './types.ts';

/** What became of an operation. */
export interface Settlement {
  operationId: string;
  state: Exclude<OperationState, 'pending'>;
  providerObjectId?: string;
  failureCode?: string;
}

/** Everything that one look at the provider changes. */
export interface Lesson {
  state: PaymentState;
  providerPaymentId: string | undefined;
  providerVersion: bigint;
  authorised: bigint;
  captured: bigint;
  refunded: bigint;
  captureReserved: bigint;
  refundReserved: bigint;
  declineCode: string | undefined;
  nextActionUrl: string | undefined;
  authorisationExpiresAt: Date | undefined;
  settlements: Settlement[];
  disputes: {
    providerDisputeId: string;
    amount: bigint;
    state: 'opened' | 'won' | 'lost';
  }[];
  /** The payment has to be let go, for this reason. */
  closeBecause: CloseReason | undefined;
  /** Whether anything others can see is different. */
  changed: boolean;
}

/** What is learnt besides what the provider shows: operations that it has refused. */
export interface LearnOptions {
  /** Undefined: the provider has nothing of this payment, and never will. */
  snapshot: ProviderPayment | undefined;
  settlements?: readonly Settlement[];
  /** Why it is closed, where nothing can be at the provider, so that no intent has to precede it. */
  closeReason?: CloseReason;
}

const closedAs: Record<CloseReason, PaymentState> = {
  void: 'voided',
  deadline: 'expired',
  mismatch: 'failed',
  unreachable: 'failed',
  refused: 'failed',
};

const declineCodes: Partial<Record<CloseReason, string>> = {
  mismatch: 'amount-not-authorised',
  unreachable: 'provider-unreachable',
};

function settle(
  payment: PaymentRecord,
  snapshot: ProviderPayment | undefined,
  known: readonly Settlement[],
): Settlement[] {
  const settled = new Map(known.map(entry => [entry.operationId, entry]));
  const parts = [...(snapshot?.captures ?? []), ...(snapshot?.refunds ?? [])];
  for (const operation of payment.operations) {
    // A failure is taken back when the provider shows it done: money that moved did move.
    if (operation.state === 'succeeded') {
      continue;
    }
    const part = parts.find(
      ({ reference, amount }) =>
        reference === operation.operationId && amount === operation.amount,
    );
    if (part?.succeeded) {
      settled.set(operation.operationId, {
        operationId: operation.operationId,
        state: 'succeeded',
        providerObjectId: part.id,
      });
    } else if (operation.kind === 'authorise' && snapshot) {
      settled.set(operation.operationId, {
        operationId: operation.operationId,
        state: snapshot.status === 'declined' ? 'failed' : 'succeeded',
        failureCode: snapshot.declineCode,
      });
    }
  }
  return [...settled.values()].filter(({ operationId, state }) =>
    payment.operations.some(
      operation =>
        operation.operationId === operationId &&
        operation.state !== 'succeeded' &&
        operation.state !== state,
    ),
  );
}

function sumOf(
  operations: readonly Operation[],
  kind: 'capture' | 'refund',
  fits: (operation: Operation) => boolean,
): bigint {
  return operations
    .filter(operation => operation.kind === kind && fits(operation))
    .reduce((sum, { amount }) => sum + amount, 0n);
}

function targetState(
  payment: PaymentRecord,
  snapshot: ProviderPayment | undefined,
  captured: bigint,
  closeReason: CloseReason | undefined,
): PaymentState {
  if (!snapshot) {
    return closeReason ? closedAs[closeReason] : payment.state;
  }
  switch (snapshot.status) {
    case 'requires-action':
    case 'declined':
      return snapshot.status;
    case 'voided':
      return closedAs[closeReason ?? 'void'];
    case 'expired':
      return closeReason && closeReason !== 'void'
        ? closedAs[closeReason]
        : 'expired';
    default:
  }
  if (snapshot.authorised !== payment.amount) {
    // Not told to anybody: it is let go first.
    return payment.state;
  }
  if (captured === 0n) {
    // A capture that is not ours is for the reconciliation to find.
    return 'authorised';
  }
  return snapshot.status === 'captured' || captured === snapshot.authorised
    ? 'captured'
    : 'partially-captured';
}

/**
 * What a look at the provider means for a payment. Pure.
 *
 * What is older than what is known changes no state, and no state is ever gone back to. Amounts follow from our own operations that
 * the provider shows as done, so nobody else's mistake enters the books.
 */
export function learn(payment: PaymentRecord, options: LearnOptions): Lesson {
  const stale =
    options.snapshot !== undefined &&
    options.snapshot.version < payment.providerVersion;
  const snapshot = stale ? undefined : options.snapshot;
  const settlements = settle(payment, snapshot, options.settlements ?? []);
  const states = new Map(settlements.map(s => [s.operationId, s.state]));
  const operations = payment.operations.map(operation => ({
    ...operation,
    state: states.get(operation.operationId) ?? operation.state,
  }));
  const done = ({ state }: Operation) => state === 'succeeded';
  const open = ({ state }: Operation) => state !== 'failed';
  const captured = sumOf(operations, 'capture', done);
  const refunded = sumOf(operations, 'refund', done);

  const closeReason = options.closeReason ?? payment.closeReason;
  const target = stale
    ? payment.state
    : targetState(payment, snapshot, captured, closeReason);
  const state = pathTo(payment.state, target).at(-1) ?? payment.state;
  const authorises =
    snapshot !== undefined &&
    ['authorised', 'partially-captured', 'captured'].includes(snapshot.status);
  const mismatch =
    authorises &&
    snapshot.authorised !== payment.amount &&
    !isFinal(payment.state);
  const fits = authorises && snapshot.authorised === payment.amount;
  const closed = state !== payment.state && isFinal(state);
  const refusal = settlements.find(
    ({ operationId, state: to }) =>
      operationId === payment.paymentId && to === 'failed',
  )?.failureCode;
  const closeCode =
    closed && closeReason ? (refusal ?? declineCodes[closeReason]) : undefined;

  const disputes = (snapshot?.disputes ?? [])
    .filter(({ id, state: now }) => {
      const known = payment.disputes.find(({ disputeId }) => disputeId === id);
      return !known || (known.state === 'opened' && now !== 'opened');
    })
    .map(({ id, amount, state: now }) => ({
      providerDisputeId: id,
      amount,
      state: now,
    }));

  return {
    state,
    providerPaymentId: snapshot?.providerPaymentId ?? payment.providerPaymentId,
    providerVersion: snapshot?.version ?? payment.providerVersion,
    authorised: fits ? snapshot.authorised : payment.authorised,
    captured,
    refunded,
    captureReserved: sumOf(operations, 'capture', open),
    refundReserved: sumOf(operations, 'refund', open),
    declineCode: snapshot?.declineCode ?? closeCode ?? payment.declineCode,
    nextActionUrl:
      state === 'requires-action'
        ? (snapshot?.redirectUrl ?? payment.nextActionUrl)
        : undefined,
    authorisationExpiresAt:
      snapshot?.authorisationExpiresAt ?? payment.authorisationExpiresAt,
    settlements,
    disputes,
    closeBecause: mismatch && !payment.closeReason ? 'mismatch' : undefined,
    changed:
      state !== payment.state ||
      captured !== payment.captured ||
      refunded !== payment.refunded ||
      settlements.some(({ state: to }) => to === 'failed'),
  };
}

/** Whether a lesson has anything for the ledger. */
export function movesMoney(payment: PaymentRecord, lesson: Lesson): boolean {
  return (
    lesson.disputes.length > 0 ||
    lesson.settlements.some(
      ({ operationId, state }) =>
        state === 'succeeded' &&
        payment.operations.some(
          operation =>
            operation.operationId === operationId &&
            (operation.kind === 'capture' || operation.kind === 'refund'),
        ),
    )
  );
}

/** The payment as a lesson leaves it once it is written, so that it need not be read again. */
export function withLesson(
  payment: PaymentRecord,
  lesson: Lesson,
): PaymentRecord {
  const settlements = new Map(
    lesson.settlements.map(settlement => [settlement.operationId, settlement]),
  );
  const disputes = new Map(
    payment.disputes.map(dispute => [dispute.disputeId, dispute]),
  );
  for (const { providerDisputeId, amount, state } of lesson.disputes) {
    const known = disputes.get(providerDisputeId);
    disputes.set(providerDisputeId, {
      disputeId: providerDisputeId,
      amount: known?.amount ?? amount,
      state,
    });
  }
  return {
    ...payment,
    state: lesson.state,
    providerPaymentId: lesson.providerPaymentId,
    providerVersion: lesson.providerVersion,
    authorised: lesson.authorised,
    captured: lesson.captured,
    refunded: lesson.refunded,
    captureReserved: lesson.captureReserved,
    refundReserved: lesson.refundReserved,
    declineCode: lesson.declineCode,
    nextActionUrl: lesson.nextActionUrl,
    authorisationExpiresAt: lesson.authorisationExpiresAt,
    version: payment.version + 1,
    operations: payment.operations.map(operation => {
      const settlement = settlements.get(operation.operationId);
      return settlement
        ? {
            ...operation,
            state: settlement.state,
            failureCode: settlement.failureCode,
          }
        : operation;
    }),
    disputes: [...disputes.values()].sort((a, b) =>
      a.disputeId < b.disputeId ? -1 : 1,
    ),
  };
}

/** The events that follow from what was learnt. `version` is the payment's after the change. */
export function eventsOf(
  payment: PaymentRecord,
  lesson: Pick<Lesson, 'state' | 'disputes' | 'changed'>,
  version: number,
): NewEvent[] {
  const { paymentId, orderId, currency } = payment;
  const base = {
    topic: 'shop.payments',
    aggregateId: paymentId,
    aggregateVersion: version,
    partitionKey: orderId,
  };
  return [
    ...(lesson.changed
      ? [
          {
            ...base,
            type: 'shop.payment.updated.v1',
            data: { paymentId, orderId, state: lesson.state },
          },
        ]
      : []),
    ...lesson.disputes.map(dispute => ({
      ...base,
      type: 'shop.payment.disputed.v1',
      data: {
        paymentId,
        orderId,
        disputeId: dispute.providerDisputeId,
        amount: { amount: Number(dispute.amount), currency },
        state: dispute.state,
      },
    })),
  ];
}
