import { currentTraceparent, type Queryable } from '@shopfloor/service-kit';
import { orderProcess, type OrderState } from '../domain/orderProcess.ts';
import type {
  HistoryEntry,
  OrderDetails,
  OrderRecord,
  QuoteRequest,
} from '../domain/types.ts';
import * as read from './readStatements.ts';
import { type OrderRow, toOrder } from './rows.ts';

type Progress = Record<string, { shipped: number; returned: number }>;

interface DetailsRow extends OrderRow {
  progress: Progress | null;
  returns?: object[] | null;
}

/** A return. */
export interface OrderReturn {
  returnId: string;
  state: 'requested' | 'received';
  lines: { sku: string; quantity: number }[];
  reason: string;
  requestedAt: string;
  receivedAt?: string;
  refundId?: string;
}

/** A dispute. */
export interface OrderDispute {
  disputeId: string;
  amount: number;
  state: 'opened' | 'won' | 'lost';
  updatedAt: string;
}

function toDetails(row: DetailsRow): OrderDetails {
  return {
    ...toOrder(row),
    email: row.email ?? undefined,
    language: row.language,
    erased: row.erased_at !== null,
    lines: row.content.lines.map(line => ({
      ...line,
      shipped: row.progress?.[line.sku]?.shipped ?? 0,
      returned: row.progress?.[line.sku]?.returned ?? 0,
    })),
  };
}

function careFilterOf(state: OrderState | 'disputed'): read.CareFilter {
  if (state === 'disputed' || state === 'care') {
    return state;
  }
  return orderProcess[state].kind === 'end' ? 'over' : 'live';
}

/** Reads of orders for people, and what people ask of them. Each method is one statement. */
export class OrderReadStore {
  readonly #database: Queryable;

  static create(options: { database: Queryable }): OrderReadStore {
    return new OrderReadStore(options.database);
  }

  private constructor(database: Queryable) {
    this.#database = database;
  }

  /** @param owner - absent for staff and other services */
  async details(
    orderId: string,
    owner?: string,
  ): Promise<OrderDetails | undefined> {
    const [row] =
      owner === undefined
        ? await this.#database.query<DetailsRow>(read.detailsStatement, [
            orderId,
          ])
        : await this.#database.query<DetailsRow>(read.ownedDetailsStatement, [
            orderId,
            owner,
          ]);
    return row && toDetails(row);
  }

  async listOwned(
    owner: string,
    after: string | undefined,
    limit: number,
  ): Promise<OrderRecord[]> {
    const rows = await this.#database.query<OrderRow>(read.listOwnedStatement, [
      owner,
      after,
      limit,
    ]);
    return rows.map(toOrder);
  }

  async listForCare(
    state: OrderState | 'disputed',
    after: string | undefined,
    limit: number,
  ): Promise<OrderRecord[]> {
    const rows = await this.#database.query<OrderRow>(
      read.listForCareStatement(careFilterOf(state)),
      [state, after, limit],
    );
    return rows.map(toOrder);
  }

  async findByNumber(orderNumber: string): Promise<string | undefined> {
    const [row] = await this.#database.query<{ id: string }>(
      read.findByNumberStatement,
      [orderNumber],
    );
    return row?.id;
  }

  async history(orderId: string): Promise<HistoryEntry[]> {
    const rows = await this.#database.query<{
      at: Date;
      from_state: OrderState | null;
      to_state: OrderState;
      signal: string;
      actor: string;
      detail: Record<string, unknown> | null;
    }>(read.historyStatement, [orderId]);
    return rows.map(row => ({
      at: row.at.toISOString(),
      from: row.from_state ?? undefined,
      to: row.to_state,
      signal: row.signal,
      actor: row.actor,
      detail: row.detail ?? undefined,
    }));
  }

  async returns(orderId: string): Promise<OrderReturn[]> {
    const rows = await this.#database.query<{
      id: string;
      state: OrderReturn['state'];
      lines: OrderReturn['lines'];
      reason: string;
      requested_at: Date;
      received_at: Date | null;
      refund_id: string | null;
    }>(read.returnsStatement, [orderId]);
    return rows.map(row => ({
      returnId: row.id,
      state: row.state,
      lines: row.lines,
      reason: row.reason,
      requestedAt: row.requested_at.toISOString(),
      receivedAt: row.received_at?.toISOString(),
      refundId: row.refund_id ?? undefined,
    }));
  }

  async disputes(orderId: string): Promise<OrderDispute[]> {
    const rows = await this.#database.query<{
      id: string;
      amount: string;
      state: OrderDispute['state'];
      updated_at: Date;
    }>(read.disputesStatement, [orderId]);
    return rows.map(row => ({
      disputeId: row.id,
      amount: Number(row.amount),
      state: row.state,
      updatedAt: row.updated_at.toISOString(),
    }));
  }

  async claimGuestOrders(customerId: string, email: string): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>(
      read.claimOrdersStatement,
      [
        `customer:${customerId}`,
        email,
        currentTraceparent() ?? null,
        customerId,
      ],
    );
    return rows.map(({ id }) => id);
  }

  /** All that is kept of a customer. */
  async exportOf(owner: string): Promise<{
    orders: (OrderDetails & { returns: object[] })[];
    quotes: { quoteId: string; request: QuoteRequest; expiresAt: string }[];
  }> {
    const orders = await this.#database.query<DetailsRow>(
      read.exportStatement,
      [owner],
    );
    const quotes = await this.#database.query<{
      id: string;
      request: QuoteRequest;
      expires_at: Date;
    }>(read.exportQuotesStatement, [owner]);
    return {
      orders: orders.map(row => ({
        ...toDetails(row),
        returns: row.returns ?? [],
      })),
      quotes: quotes.map(row => ({
        quoteId: row.id,
        request: row.request,
        expiresAt: row.expires_at.toISOString(),
      })),
    };
  }
}
