import type { OrderState } from '../domain/orderProcess.ts';
import type { CapturePolicy } from '../domain/paymentReading.ts';
import type {
  Address,
  Language,
  MoneyMove,
  OrderFailure,
  OrderProgress,
  OrderRecord,
  PricedContent,
} from '../domain/types.ts';

/** What an order's process changes, as the database gives it; bigint and numeric arrive as text. */
export interface ProgressRow {
  state: OrderState;
  version: string;
  attempts: number;
  captured: string;
  refunded: string;
  disputed: string;
  shipped_value: string;
  payment_version: string;
  payment_state: string | null;
  capture_policy: CapturePolicy;
  failure: OrderFailure | null;
  uses_returned: boolean;
  care_from: OrderState | null;
  care_reason: string | null;
  confirmed_at: Date | null;
  shipped_at: Date | null;
  age_ms: string;
  payment_left_ms: string | null;
}

/** An order as the database gives it. */
export interface OrderRow extends ProgressRow {
  id: string;
  order_number: string;
  owner: string;
  quote_id: string;
  cart_id: string;
  cart_version: string;
  currency: string;
  total: string;
  content: PricedContent;
  address: Partial<Address> | null;
  shipping_option_id: string;
  payment_id: string;
  shipment_id: string;
  compensation_id: string;
  placed_at: Date;
  email: string | null;
  language: Language;
  erased_at: Date | null;
}

/** A movement as the database gives it. */
export interface MoveRow {
  id: string;
  order_id: string;
  kind: 'capture' | 'refund';
  amount: string;
  reason: string;
  final: boolean;
  state: MoneyMove['state'];
  attempts: number;
  payment_id: string;
  currency: string;
}

/** What a row says of an order's process. */
export function toProgress(row: ProgressRow): OrderProgress {
  return {
    state: row.state,
    version: Number(row.version),
    attempts: row.attempts,
    captured: Number(row.captured),
    refunded: Number(row.refunded),
    disputed: Number(row.disputed),
    shippedValue: Number(row.shipped_value),
    paymentVersion: Number(row.payment_version),
    paymentState: row.payment_state ?? undefined,
    capturePolicy: row.capture_policy,
    failure: row.failure ?? undefined,
    usesReturned: row.uses_returned,
    careFrom: row.care_from ?? undefined,
    careReason: row.care_reason ?? undefined,
    confirmedAt: row.confirmed_at?.toISOString(),
    shippedAt: row.shipped_at?.toISOString(),
    ageMs: Number(row.age_ms),
    paymentLeftMs:
      row.payment_left_ms === null ? undefined : Number(row.payment_left_ms),
  };
}

/** An order of a row. */
export function toOrder(row: OrderRow): OrderRecord {
  return {
    orderId: row.id,
    orderNumber: row.order_number,
    owner: row.owner,
    quoteId: row.quote_id,
    cartId: row.cart_id,
    cartVersion: Number(row.cart_version),
    currency: row.currency,
    total: Number(row.total),
    content: row.content,
    address: row.erased_at ? undefined : (row.address as Address),
    shippingOptionId: row.shipping_option_id,
    paymentId: row.payment_id,
    shipmentId: row.shipment_id,
    compensationId: row.compensation_id,
    placedAt: row.placed_at.toISOString(),
    ...toProgress(row),
  };
}

/** A movement of a row. */
export function toMove(row: MoveRow): MoneyMove {
  return {
    moveId: row.id,
    orderId: row.order_id,
    paymentId: row.payment_id,
    kind: row.kind,
    amount: Number(row.amount),
    currency: row.currency,
    reason: row.reason,
    final: row.final,
    state: row.state,
    attempts: row.attempts,
  };
}

/** SQLSTATE of a failed statement, wherever in its causes. */
export function sqlState(error: unknown): string | undefined {
  for (
    let cause = error as { code?: unknown; cause?: unknown } | undefined;
    cause;
    cause = cause.cause as typeof cause
  ) {
    if (typeof cause.code === 'string' && /^[0-9A-Z]{5}$/.test(cause.code)) {
      return cause.code;
    }
  }
  return undefined;
}
