import type { Shop } from '../clients/shopClients.ts';
import { customerOf } from './orderEvents.ts';
import type { OrderSignal, OrderState } from './orderProcess.ts';
import type { Payment } from './paymentReading.ts';
import type { OrderFailure, OrderRecord } from './types.ts';

/** What a request brings that is stored nowhere. */
export interface StepContext {
  /** The payment token. Absent: nobody but the shopper can begin a payment. */
  token?: string;
  /** Where the provider sends the shopper back to; there whenever the token is. */
  returnUrl?: string;
  /** Whether an earlier attempt may have begun the step. */
  resumed: boolean;
}

/** Times of the process, in milliseconds unless said. */
export interface ProcessTimes {
  reservationTtlSeconds: number;
  /** From the reservation until the payment must have come; shorter than the reservation lives. */
  paymentDeadlineMs: number;
  /** How often a payment that is waited for is read without a hint. */
  paymentPollMs: number;
  /** How long a shopper has to repeat a placement that was cut off, before it is taken back. */
  graceMs: number;
}

/** The order moves on. */
export interface Moved {
  kind: 'move';
  signal: OrderSignal;
  to?: OrderState;
  failure?: OrderFailure;
  payment?: Payment;
  paymentDeadlineMs?: number;
  captured?: number;
  refunded?: number;
  careReason?: string;
}

/** The order stays where it is. */
export interface Waited {
  kind: 'wait';
  /** When to look again; absent: never, or after a back-off when there was an error. */
  dueMs?: number;
  error?: unknown;
  payment?: Payment;
}

/** How a step ended. */
export type StepOutcome = Moved | Waited;

/** What a step works with. */
export interface StepOptions {
  shop: Shop;
  times: ProcessTimes;
  context: StepContext;
}

/** The order moves on by a signal. */
export function move(
  signal: OrderSignal,
  rest: Omit<Moved, 'kind' | 'signal'> = {},
): Moved {
  return { kind: 'move', signal, ...rest };
}

/** What is reserved and sent for an order. */
export function linesOf(
  order: OrderRecord,
): { sku: string; quantity: number }[] {
  return order.content.lines.map(({ sku, quantity }) => ({ sku, quantity }));
}

/** The shipment of an order, the same whenever it is asked for. */
export function shipmentOf(order: OrderRecord) {
  return {
    shipmentId: order.shipmentId,
    orderId: order.orderId,
    customerId: customerOf(order.owner),
    optionId: order.shippingOptionId,
    address: order.address!,
    lines: linesOf(order),
  };
}
