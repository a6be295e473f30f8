import {
  type Database,
  type NewEvent,
  outboxParameter,
  type Queryable,
  type Step,
} from '@shopfloor/service-kit';
import type {
  Audience,
  Language,
  MessageFacts,
  MessageKind,
  MessagePlan,
  MessageState,
  SuppressionScope,
} from '../domain/types.ts';
import { SOURCE } from '../events/source.ts';
import type {
  Attempt,
  AttemptEnd,
  DueMessage,
  Message,
  MessageQuery,
  MessageStore,
  Parcel,
} from './MessageStore.ts';
import type { OutgoingEvent } from './WebhookStore.ts';
import {
  beginAttemptStatement,
  claimDueStatement,
  countWaitingStatement,
  deleteOldStatement,
  endAttemptStatement,
  eraseStatement,
  findStatement,
  listStatement,
  noteParcelStatement,
  ofCustomerStatement,
  parcelsOfStatement,
  queueStatement,
  resendStatement,
  suppressedStatement,
  suppressStatement,
  unsuppressStatement,
} from './messageStatements.ts';

interface MessageRow {
  message_id: string;
  kind: MessageKind;
  audience: Audience;
  order_id: string;
  order_number: string | null;
  state: MessageState;
  attempts: number;
  language: Language | null;
  failure: string | null;
  resend_of: string | null;
  created_at: Date;
  updated_at: Date;
  sent_at: Date | null;
  next_attempt_at: Date | null;
}

interface AttemptJson {
  attempt: number;
  beganAt: string;
  endedAt: string | null;
  outcome: string | null;
}

interface ParcelRow {
  shipment_id: string;
  version: string;
  order_id: string;
  carrier: string;
  tracking_id: string;
  lines: { sku: string; quantity: number }[];
}

function toMessage(row: MessageRow): Message {
  return {
    messageId: row.message_id,
    kind: row.kind,
    audience: row.audience,
    orderId: row.order_id,
    orderNumber: row.order_number ?? undefined,
    state: row.state,
    attempts: row.attempts,
    language: row.language ?? undefined,
    failure: row.failure ?? undefined,
    resendOf: row.resend_of ?? undefined,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    sentAt: row.sent_at?.toISOString(),
    nextAttemptAt: row.next_attempt_at?.toISOString(),
  };
}

function toAttempt(one: AttemptJson): Attempt {
  return {
    attempt: one.attempt,
    beganAt: new Date(one.beganAt).toISOString(),
    endedAt:
      one.endedAt === null ? undefined : new Date(one.endedAt).toISOString(),
    outcome: one.outcome ?? undefined,
  };
}

/** Messages in the service's own database. */
export class DatabaseMessageStore implements MessageStore {
  readonly #database: Database;

  static create(options: { database: Database }): DatabaseMessageStore {
    return new DatabaseMessageStore(options.database);
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  queue(options: {
    messageId: string;
    eventId: string;
    plan: MessagePlan;
    customerId?: string;
    toReceivers?: { type: string; body: string };
    claimSeconds?: number;
  }): Step {
    const { messageId, eventId, plan, customerId, toReceivers, claimSeconds } =
      options;
    return {
      statement: queueStatement,
      values: [
        messageId,
        eventId,
        plan.kind,
        plan.audience,
        plan.orderId,
        plan.orderNumber,
        JSON.stringify(plan.facts),
        customerId,
        toReceivers?.type,
        toReceivers?.body,
        claimSeconds === undefined ? 0 : 1,
        claimSeconds ?? 0,
      ],
    };
  }

  noteParcel(options: { parcel: Parcel; event: OutgoingEvent }): Step {
    const { parcel, event } = options;
    return {
      statement: noteParcelStatement,
      values: [
        parcel.shipmentId,
        parcel.version,
        parcel.orderId,
        parcel.carrier,
        parcel.trackingId,
        JSON.stringify(parcel.lines),
        event.eventId,
        event.type,
        event.body,
      ],
    };
  }

  queuedBy(rows: readonly object[]): string | undefined {
    const [{ message_id }] = rows as [{ message_id: string | null }];
    return message_id ?? undefined;
  }

  deliveriesOf(rows: readonly object[]): number {
    const [{ deliveries }] = rows as [{ deliveries: number }];
    return deliveries;
  }

  async erase(
    tx: Queryable,
    options: { customerId: string; completed: NewEvent },
  ): Promise<void> {
    await tx.query(eraseStatement, [
      options.customerId,
      outboxParameter([options.completed], { source: SOURCE }),
    ]);
  }

  async claimDue(options: {
    limit: number;
    leaseSeconds: number;
  }): Promise<DueMessage[]> {
    const rows = await this.#database.query<
      MessageRow & { facts: MessageFacts }
    >(claimDueStatement, [options.limit, options.leaseSeconds]);
    return rows.map(row => ({
      messageId: row.message_id,
      kind: row.kind,
      audience: row.audience,
      orderId: row.order_id,
      orderNumber: row.order_number ?? undefined,
      facts: row.facts,
      attempts: row.attempts,
    }));
  }

  async parcelsOf(shipmentId: string): Promise<Parcel[]> {
    const rows = await this.#database.query<ParcelRow>(parcelsOfStatement, [
      shipmentId,
    ]);
    return rows.map(row => ({
      shipmentId: row.shipment_id,
      version: Number(row.version),
      orderId: row.order_id,
      carrier: row.carrier,
      trackingId: row.tracking_id,
      lines: row.lines,
    }));
  }

  async suppressed(recipient: string): Promise<SuppressionScope[]> {
    const rows = await this.#database.query<{ scope: SuppressionScope }>(
      suppressedStatement,
      [recipient],
    );
    return rows.map(({ scope }) => scope);
  }

  async beginAttempt(options: {
    messageId: string;
    attempt: number;
    orderId: string;
    customerId?: string;
    recipient?: string;
    optional: boolean;
  }): Promise<'begun' | 'repeated' | 'suppressed'> {
    const [row] = await this.#database.query<{
      suppressed: boolean;
      unknown_before: boolean;
    }>(beginAttemptStatement, [
      options.messageId,
      options.attempt,
      options.orderId,
      options.customerId ?? null,
      options.recipient ?? null,
      options.optional,
    ]);
    if (row.suppressed) {
      return 'suppressed';
    }
    return row.unknown_before ? 'repeated' : 'begun';
  }

  async endAttempt(end: AttemptEnd): Promise<void> {
    await this.#database.query(endAttemptStatement, [
      end.messageId,
      end.attempt,
      end.outcome,
      end.state,
      end.retryAfterSeconds ?? null,
      end.failure ?? null,
      end.language ?? null,
    ]);
  }

  async find(
    messageId: string,
  ): Promise<(Message & { history: Attempt[] }) | undefined> {
    const [row] = await this.#database.query<
      MessageRow & { history: AttemptJson[] }
    >(findStatement, [messageId]);
    return row && { ...toMessage(row), history: row.history.map(toAttempt) };
  }

  async list(query: MessageQuery): Promise<Message[]> {
    const { orderId, state, after, limit } = query;
    const rows = await this.#database.query<MessageRow>(
      listStatement({
        orderId: orderId !== undefined,
        state: state !== undefined,
        after: after !== undefined,
      }),
      [limit + 1, orderId, state, after].filter(value => value !== undefined),
    );
    return rows.map(toMessage);
  }

  async resend(options: {
    messageId: string;
    resendId: string;
  }): Promise<Message | undefined> {
    const [row] = await this.#database.query<MessageRow>(resendStatement, [
      options.messageId,
      options.resendId,
    ]);
    return row && toMessage(row);
  }

  async suppress(options: {
    recipient: string;
    scope: SuppressionScope;
    source: 'recipient' | 'staff';
  }): Promise<void> {
    const { recipient, scope, source } = options;
    await this.#database.query(suppressStatement, [recipient, scope, source]);
  }

  async unsuppress(recipient: string): Promise<number> {
    const rows = await this.#database.query(unsuppressStatement, [recipient]);
    return rows.length;
  }

  async messagesOfCustomer(customerId: string): Promise<Message[]> {
    const rows = await this.#database.query<MessageRow>(ofCustomerStatement, [
      customerId,
    ]);
    return rows.map(toMessage);
  }

  async deleteOlderThan(options: {
    days: number;
    limit: number;
  }): Promise<number> {
    const [row] = await this.#database.query<{ deleted: string }>(
      deleteOldStatement,
      [options.days, options.limit],
    );
    return Number(row.deleted);
  }

  async countWaiting(): Promise<{
    queued: number;
    dead: number;
    oldestSeconds: number;
  }> {
    const [row] = await this.#database.query<{
      queued: string;
      dead: string;
      oldest_seconds: number;
    }>(countWaitingStatement);
    return {
      queued: Number(row.queued),
      dead: Number(row.dead),
      oldestSeconds: row.oldest_seconds,
    };
  }
}
