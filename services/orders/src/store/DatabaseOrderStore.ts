import {
  type NewEvent,
  outboxParameter,
  type Queryable,
} from '@shopfloor/service-kit';
import type { MoneyMove, OrderRecord, Quote } from '../domain/types.ts';
import * as money from './moneyStatements.ts';
import type {
  Advance,
  KeyedOrder,
  NewOrder,
  OrderStore,
  PlaceResult,
} from './OrderStore.ts';
import * as place from './placeStatements.ts';
import * as process from './processStatements.ts';
import {
  type MoveRow,
  type OrderRow,
  type ProgressRow,
  sqlState,
  toMove,
  toOrder,
  toProgress,
} from './rows.ts';

/** Name of this service in its events. */
export const SOURCE = 'orders';

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function eventsParameter(events: readonly NewEvent[] | undefined): string {
  return events && events.length > 0
    ? outboxParameter(events, { source: SOURCE })
    : '[]';
}

/** The moves of a write, oldest first; the first comes from the state that is stored. */
function historyParameter({ earlier = [], ...last }: Advance): string {
  const moves = [...earlier, { ...last, agoMs: 0 }];
  return JSON.stringify(
    moves.map(({ agoMs, signal, to }, index) => ({
      ago_ms: agoMs,
      from_state: moves[index - 1]?.to,
      to_state: to,
      signal,
      detail: index === earlier.length ? last.detail : undefined,
    })),
  );
}

/** Orders in PostgreSQL; each method is one round trip. */
export class DatabaseOrderStore implements OrderStore {
  readonly #database: Queryable;

  /** @param options.database - the pool, or a transaction of it */
  static create(options: { database: Queryable }): DatabaseOrderStore {
    return new DatabaseOrderStore(options.database);
  }

  private constructor(database: Queryable) {
    this.#database = database;
  }

  async insertQuote(
    quote: Omit<Quote, 'expiresAt' | 'shippingOptions' | 'available'>,
    ttlSeconds: number,
  ): Promise<string> {
    const [row] = await this.#database.query<{ expires_at: Date }>(
      place.insertQuoteStatement,
      [
        quote.quoteId,
        quote.owner,
        quote.cartId,
        quote.cartVersion,
        quote.currency,
        quote.content.totals.total,
        JSON.stringify(quote.request),
        quote.shippingOptionId,
        JSON.stringify(quote.content),
        ttlSeconds,
      ],
    );
    return row.expires_at.toISOString();
  }

  async findQuote(quoteId: string, owner: string) {
    const [row] = await this.#database.query<{
      request: Quote['request'];
      live: boolean;
      cart_id: string;
      cart_version: string;
      currency: string;
    }>(place.findQuoteStatement, [quoteId, owner]);
    return (
      row && {
        request: row.request,
        live: row.live,
        cartId: row.cart_id,
        cartVersion: Number(row.cart_version),
        currency: row.currency,
      }
    );
  }

  async place(order: NewOrder): Promise<PlaceResult> {
    try {
      const [row] = await this.#database.query<OrderRow>(place.placeStatement, [
        order.orderId,
        order.orderNumber,
        order.owner,
        order.key,
        order.bodyHash,
        order.quoteId,
        order.paymentId,
        order.shipmentId,
        order.compensationId,
        order.leaseMs,
      ]);
      return row
        ? { kind: 'placed', order: toOrder(row) }
        : { kind: 'not-inserted' };
    } catch (error) {
      if (sqlState(error) === 'SF001') {
        return { kind: 'promotion-used-up' };
      }
      throw error;
    }
  }

  async findByKey(owner: string, key: string): Promise<KeyedOrder | undefined> {
    const [row] = await this.#database.query<
      OrderRow & { body_hash: Buffer; leased: boolean; lease_left: string }
    >(place.findByKeyStatement, [owner, key]);
    return (
      row && {
        order: toOrder(row),
        bodyHash: row.body_hash,
        leased: row.leased,
        leaseLeftSeconds: Number(row.lease_left),
      }
    );
  }

  async findByCart(cartId: string, cartVersion: number, owner: string) {
    const [row] = await this.#database.query<{ id: string; owner: string }>(
      place.findByCartStatement,
      [cartId, cartVersion],
    );
    return row?.owner === owner ? row.id : undefined;
  }

  async find(orderId: string): Promise<OrderRecord | undefined> {
    const [row] = await this.#database.query<OrderRow>(
      process.findOrderStatement,
      [orderId],
    );
    return row && toOrder(row);
  }

  async advance(order: OrderRecord, advance: Advance) {
    const { events = [], givesBack = false, payment } = advance;
    const [row] = await this.#database.query<ProgressRow>(
      process.advanceStatement({ events: events.length > 0, givesBack }),
      [
        order.orderId,
        order.version,
        advance.to,
        advance.actor,
        historyParameter(advance),
        json(advance.failure),
        advance.dueMs ?? advance.leaseMs,
        advance.leaseMs ?? 0,
        payment?.state,
        payment?.version,
        advance.paymentDeadlineMs,
        payment?.capturePolicy,
        advance.captured ?? 0,
        advance.refunded ?? 0,
        advance.careReason,
        ...(events.length > 0 ? [eventsParameter(events)] : []),
      ],
    );
    // What else there is of an order does not change while its version stands.
    return row && { ...order, ...toProgress(row) };
  }

  async postpone(
    order: OrderRecord,
    dueMs: number | undefined,
    options: { counts?: boolean } = {},
  ) {
    const rows = await this.#database.query(process.postponeStatement, [
      order.orderId,
      order.version,
      dueMs,
      options.counts === false ? 0 : 1,
    ]);
    return rows.length > 0;
  }

  async claim(orderId: string, version: number, leaseMs: number) {
    const [row] = await this.#database.query<OrderRow>(process.claimStatement, [
      orderId,
      version,
      leaseMs,
    ]);
    return row && toOrder(row);
  }

  async claimDue(limit: number, leaseMs: number): Promise<OrderRecord[]> {
    const rows = await this.#database.query<OrderRow>(
      process.claimDueStatement,
      [limit, leaseMs],
    );
    return rows.map(toOrder);
  }

  async wake(orderId: string): Promise<void> {
    await this.#database.query(process.wakeStatement, [orderId]);
  }

  async claimRefund(refund: {
    refundId: string;
    orderId: string;
    amount: number;
    reason: string;
    actor: string;
    returnId?: string;
  }): Promise<boolean> {
    try {
      const rows = await this.#database.query(money.claimRefundStatement, [
        refund.refundId,
        refund.orderId,
        refund.amount,
        refund.reason,
        refund.actor,
        refund.returnId,
      ]);
      return rows.length > 0;
    } catch (error) {
      // The same refund was claimed at this moment: it is there, and not twice.
      if (sqlState(error) === '23505') {
        return false;
      }
      throw error;
    }
  }

  async findMove(moveId: string): Promise<MoneyMove | undefined> {
    const [row] = await this.#database.query<MoveRow>(money.findMoveStatement, [
      moveId,
    ]);
    return row && toMove(row);
  }

  async listMoves(orderId: string): Promise<MoneyMove[]> {
    const rows = await this.#database.query<MoveRow>(money.listMovesStatement, [
      orderId,
    ]);
    return rows.map(toMove);
  }

  async claimMoves(limit: number, leaseMs: number) {
    const rows = await this.#database.query<MoveRow & { order_number: string }>(
      money.claimMovesStatement,
      [limit, leaseMs],
    );
    return rows.map(row => ({ ...toMove(row), orderNumber: row.order_number }));
  }

  async settleMove(
    moveId: string,
    payment: { state: string; version: number },
    events: readonly NewEvent[],
  ): Promise<void> {
    await this.#database.query(money.settleMoveStatement, [
      moveId,
      payment.state,
      payment.version,
      eventsParameter(events),
    ]);
  }

  async postponeMove(moveId: string, dueMs: number): Promise<void> {
    await this.#database.query(money.postponeMoveStatement, [moveId, dueMs]);
  }

  async failMove(
    moveId: string,
    reason: string,
    events: readonly NewEvent[],
  ): Promise<void> {
    await this.#database.query(money.failMoveStatement, [
      moveId,
      reason,
      eventsParameter(events),
    ]);
  }

  async retryMoves(orderId: string): Promise<void> {
    await this.#database.query(money.retryMovesStatement, [orderId]);
  }
}
