import type { NewEvent } from '@shopfloor/service-kit';
import type { OrderSignal, OrderState } from '../domain/orderProcess.ts';
import type { CapturePolicy } from '../domain/paymentReading.ts';
import type { EarlierMove } from '../domain/UnwrittenMoves.ts';
import type {
  MoneyMove,
  OrderFailure,
  OrderRecord,
  Quote,
} from '../domain/types.ts';

/** What the first step stores. */
export interface NewOrder {
  orderId: string;
  orderNumber: string;
  owner: string;
  key: string;
  bodyHash: Buffer;
  quoteId: string;
  paymentId: string;
  shipmentId: string;
  compensationId: string;
  leaseMs: number;
}

/** An order found by its key. */
export interface KeyedOrder {
  order: OrderRecord;
  bodyHash: Buffer;
  /** Whether somebody works on it now. */
  leased: boolean;
  /** Seconds until its lease ends. */
  leaseLeftSeconds: number;
}

/** A move of an order to its next state. */
export interface Advance {
  to: OrderState;
  signal: OrderSignal;
  actor: string;
  /** States it went through before, which come into the history with their own times. */
  earlier?: readonly EarlierMove[];
  detail?: Record<string, unknown>;
  failure?: OrderFailure;
  /** When a worker looks at it next; undefined: never. */
  dueMs?: number;
  /** How long the one who moves it keeps working on it; undefined: not at all. */
  leaseMs?: number;
  payment?: {
    state: string;
    version: number;
    capturePolicy?: CapturePolicy;
  };
  /** How long from now a payment is waited for. */
  paymentDeadlineMs?: number;
  /** Money that moved without our capture and was given back. */
  captured?: number;
  refunded?: number;
  /** Whether the uses of promotions are given back. */
  givesBack?: boolean;
  careReason?: string;
  events?: readonly NewEvent[];
}

/** Result of the first step. */
export type PlaceResult =
  | { kind: 'placed'; order: OrderRecord }
  | { kind: 'not-inserted' }
  | { kind: 'promotion-used-up' };

/** What quotes and the process of orders store. Each method is one statement. */
export interface OrderStore {
  insertQuote(
    quote: Omit<Quote, 'expiresAt' | 'shippingOptions' | 'available'>,
    ttlSeconds: number,
  ): Promise<string>;
  findQuote(
    quoteId: string,
    owner: string,
  ): Promise<
    | (Pick<Quote, 'request'> & {
        live: boolean;
        cartId: string;
        cartVersion: number;
        currency: string;
      })
    | undefined
  >;

  place(order: NewOrder): Promise<PlaceResult>;
  findByKey(owner: string, key: string): Promise<KeyedOrder | undefined>;
  /** Id of the live order of a cart, when it is the owner's. */
  findByCart(
    cartId: string,
    cartVersion: number,
    owner: string,
  ): Promise<string | undefined>;

  find(orderId: string): Promise<OrderRecord | undefined>;
  /** undefined when the order is not at this version any more, or the payment is older than known. */
  advance(
    order: OrderRecord,
    advance: Advance,
  ): Promise<OrderRecord | undefined>;
  /** Whether it was still at this version. */
  postpone(
    order: OrderRecord,
    dueMs: number | undefined,
    options?: {
      /** Whether it was one of the attempts after which a person has to look; default true. */
      counts?: boolean;
    },
  ): Promise<boolean>;
  claim(
    orderId: string,
    version: number,
    leaseMs: number,
  ): Promise<OrderRecord | undefined>;
  claimDue(limit: number, leaseMs: number): Promise<OrderRecord[]>;
  wake(orderId: string): Promise<void>;

  /** Whether the refund was claimed; false when it would exceed what was captured. */
  claimRefund(refund: {
    refundId: string;
    orderId: string;
    amount: number;
    reason: string;
    actor: string;
    returnId?: string;
  }): Promise<boolean>;
  findMove(moveId: string): Promise<MoneyMove | undefined>;
  listMoves(orderId: string): Promise<MoneyMove[]>;
  claimMoves(
    limit: number,
    leaseMs: number,
  ): Promise<(MoneyMove & { orderNumber: string })[]>;
  settleMove(
    moveId: string,
    payment: { state: string; version: number },
    events: readonly NewEvent[],
  ): Promise<void>;
  postponeMove(moveId: string, dueMs: number): Promise<void>;
  failMove(
    moveId: string,
    reason: string,
    events: readonly NewEvent[],
  ): Promise<void>;
  retryMoves(orderId: string): Promise<void>;
}
