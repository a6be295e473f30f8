import {
  type Database,
  type NewEvent,
  outboxParameter,
} from '@shopfloor/service-kit';
import { newRecord } from '../domain/intents.ts';
import { type Lesson, movesMoney } from '../domain/learn.ts';
import type {
  CloseReason,
  NewPayment,
  PaymentRecord,
} from '../domain/types.ts';
import type {
  ClaimedOperation,
  ClaimedRefresh,
  PaymentStore,
} from './PaymentStore.ts';
import * as sql from './statements.ts';

type Row = Record<string, any>;

function toRecord(row: Row): PaymentRecord {
  return {
    paymentId: row.payment_id,
    orderId: row.order_id,
    provider: row.provider,
    providerPaymentId: row.provider_payment_id ?? undefined,
    providerVersion: BigInt(row.provider_version),
    amount: BigInt(row.amount),
    currency: row.currency,
    tokenHash: row.token_hash,
    returnUrl: row.return_url,
    expiresInSeconds: row.expires_in_seconds,
    expiresAt: row.expires_at,
    state: row.state,
    authorised: BigInt(row.authorised),
    captured: BigInt(row.captured),
    refunded: BigInt(row.refunded),
    captureReserved: BigInt(row.capture_reserved),
    refundReserved: BigInt(row.refund_reserved),
    declineCode: row.decline_code ?? undefined,
    nextActionUrl: row.next_action_url ?? undefined,
    authorisationExpiresAt: row.authorisation_expires_at ?? undefined,
    closeReason: row.close_reason ?? undefined,
    version: row.version,
    overdue: row.overdue,
    operations: row.operations.map((operation: Row) => ({
      operationId: operation.id,
      paymentId: row.payment_id,
      kind: operation.kind,
      amount: BigInt(operation.amount),
      state: operation.state,
      final: operation.final,
      reason: operation.reason ?? undefined,
      failureCode: operation.failure_code ?? undefined,
      attempts: operation.attempts,
    })),
    disputes: row.disputes.map((dispute: Row) => ({
      disputeId: dispute.id,
      amount: BigInt(dispute.amount),
      state: dispute.state,
    })),
  };
}

/** Whether a statement failed because its id is in use already. */
function isDuplicate(error: unknown): boolean {
  return (
    (error as { cause?: { code?: string } } | undefined)?.cause?.code ===
    '23505'
  );
}

/** Payments in the service's own database. One round trip each. */
export class DatabasePaymentStore implements PaymentStore {
  readonly #database: Database;

  static create(options: { database: Database }): DatabasePaymentStore {
    return new DatabasePaymentStore(options.database);
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  async find(paymentId: string): Promise<PaymentRecord | undefined> {
    const [row] = await this.#database.query<Row>(sql.find, [paymentId]);
    return row && toRecord(row);
  }

  async insert(payment: NewPayment): Promise<PaymentRecord | undefined> {
    const [row] = await this.#database.query<Row>(sql.insert, [
      payment.paymentId,
      payment.orderId,
      payment.provider,
      payment.amount.toString(),
      payment.currency,
      payment.tokenHash,
      payment.returnUrl,
      payment.expiresInSeconds,
      payment.leaseSeconds,
    ]);
    return row && newRecord(payment, row.expires_at);
  }

  async intendCapture(
    options: Parameters<PaymentStore['intendCapture']>[0],
  ): Promise<boolean> {
    return this.#once(sql.intendCapture, [
      options.paymentId,
      options.captureId,
      options.amount.toString(),
      options.multicapture,
      options.partialCapture,
      options.final,
      options.leaseSeconds,
    ]);
  }

  async intendRefund(
    options: Parameters<PaymentStore['intendRefund']>[0],
  ): Promise<boolean> {
    return this.#once(sql.intendRefund, [
      options.paymentId,
      options.refundId,
      options.amount.toString(),
      options.reason,
      options.leaseSeconds,
    ]);
  }

  async intendVoid(options: {
    paymentId: string;
    operationId: string;
    reason: CloseReason;
    leaseSeconds: number;
  }): Promise<boolean> {
    return this.#once(sql.intendVoid, [
      options.paymentId,
      options.operationId,
      options.reason,
      options.leaseSeconds,
    ]);
  }

  async intendReauthorise(options: {
    paymentId: string;
    operationId: string;
    leaseSeconds: number;
  }): Promise<boolean> {
    return this.#once(sql.intendReauthorise, [
      options.paymentId,
      options.operationId,
      options.leaseSeconds,
    ]);
  }

  async apply(options: {
    payment: PaymentRecord;
    lesson: Lesson;
    events: readonly NewEvent[];
    lease: string | undefined;
    refreshAt: Date | undefined;
  }): Promise<boolean> {
    const { payment, lesson } = options;
    const values = [
      payment.paymentId,
      payment.version,
      lesson.state,
      lesson.providerPaymentId,
      lesson.providerVersion.toString(),
      lesson.authorised.toString(),
      lesson.captured.toString(),
      lesson.refunded.toString(),
      (lesson.captureReserved - payment.captureReserved).toString(),
      (lesson.refundReserved - payment.refundReserved).toString(),
      lesson.declineCode,
      lesson.nextActionUrl,
      lesson.authorisationExpiresAt,
      options.lease,
      options.refreshAt,
      JSON.stringify(
        lesson.settlements.map(settlement => ({
          operation_id: settlement.operationId,
          state: settlement.state,
          object_id: settlement.providerObjectId,
          failure_code: settlement.failureCode,
        })),
      ),
      outboxParameter(options.events, { source: 'payments' }),
    ];
    return movesMoney(payment, lesson)
      ? this.#once(sql.applyMovements, [
          ...values,
          JSON.stringify(
            lesson.disputes.map(({ providerDisputeId, amount, state }) => ({
              id: providerDisputeId,
              amount: amount.toString(),
              state,
            })),
          ),
        ])
      : this.#once(sql.apply, values);
  }

  async rest(options: {
    paymentId: string;
    lease: string | undefined;
    refreshAt: Date | undefined;
  }): Promise<void> {
    await this.#database.query(sql.rest, [
      options.paymentId,
      options.lease,
      options.refreshAt,
    ]);
  }

  async claimRefreshes(options: {
    leaseSeconds: number;
    limit: number;
    reauthoriseBeforeSeconds: number;
  }): Promise<ClaimedRefresh[]> {
    const rows = await this.#database.query<Row>(sql.claimRefreshes, [
      options.leaseSeconds,
      options.limit,
      options.reauthoriseBeforeSeconds,
    ]);
    return rows.map(row => ({
      paymentId: row.payment_id,
      lease: row.lease,
      overdue: row.overdue,
      endsSoon: row.ends_soon ?? false,
    }));
  }

  async claimOperations(options: {
    leaseSeconds: number;
    limit: number;
  }): Promise<ClaimedOperation[]> {
    const rows = await this.#database.query<Row>(sql.claimOperations, [
      options.leaseSeconds,
      options.limit,
    ]);
    return rows.map(row => ({
      operationId: row.operation_id,
      paymentId: row.payment_id,
      ageSeconds: row.age_seconds,
    }));
  }

  async retryOperation(
    operationId: string,
    leaseSeconds: number,
  ): Promise<boolean> {
    return this.#once(sql.retryOperation, [operationId, leaseSeconds]);
  }

  async hurryOperation(operationId: string, inSeconds: number): Promise<void> {
    await this.#database.query(sql.hurryOperation, [operationId, inSeconds]);
  }

  async takeWebhook(
    options: Parameters<PaymentStore['takeWebhook']>[0],
  ): Promise<{ fresh: boolean; isNew: boolean; news: boolean }> {
    const [row] = await this.#database.query<Row>(sql.takeWebhook, [
      options.provider,
      options.eventId,
      options.type,
      options.paymentId,
      options.signedAtSeconds,
      options.toleranceSeconds,
      options.providerVersion?.toString(),
    ]);
    return { fresh: row.fresh, isNew: row.is_new, news: row.news };
  }

  async dropOldWebhooks(): Promise<void> {
    await this.#database.query(sql.dropOldWebhooks);
  }

  /** @returns whether it changed something; not when its id is in use */
  async #once(
    statement: (typeof sql)['find'],
    values: readonly unknown[],
  ): Promise<boolean> {
    try {
      return (await this.#database.query(statement, values)).length > 0;
    } catch (error) {
      if (isDuplicate(error)) {
        return false;
      }
      throw error;
    }
  }
}
