import {
  RemoteProblem,
  UnavailableError,
  UnknownOutcomeError,
} from '@shopfloor/service-kit';
import { isNotFound, type Shop } from '../clients/shopClients.ts';
import type { OrderSignal, OrderState, OrderStep } from './orderProcess.ts';
import { customerOf } from './orderEvents.ts';
import { isDone, isOver, type Payment, readPayment } from './paymentReading.ts';
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

/** Options of {@link performStep}. */
export interface StepOptions {
  shop: Shop;
  times: ProcessTimes;
  context: StepContext;
}

/** Below this no provider finishes a payment. */
const SHORTEST_PAYMENT_MS = 30_000;

function move(
  signal: OrderSignal,
  rest: Omit<Moved, 'kind' | 'signal'> = {},
): Moved {
  return { kind: 'move', signal, ...rest };
}

function linesOf(order: OrderRecord): { sku: string; quantity: number }[] {
  return order.content.lines.map(({ sku, quantity }) => ({ sku, quantity }));
}

function totalOf({ total, currency }: OrderRecord) {
  return { amount: total, currency };
}

/** Waits for the shopper's repetition, then gives up what nobody but the shopper can go on with. */
function untilGrace(
  order: OrderRecord,
  times: ProcessTimes,
  code: string,
): StepOutcome {
  return order.ageMs < times.graceMs
    ? { kind: 'wait', dueMs: times.graceMs - order.ageMs + 100 }
    : move('abandoned', { failure: { code } });
}

function skusOf(problem: RemoteProblem, order: OrderRecord): string[] {
  const named = JSON.stringify(problem.fields);
  const lines = order.content.lines.map(({ sku }) => sku);
  return lines.filter(
    (sku, index) =>
      named.includes(`"${sku}"`) ||
      named.includes(`/lines/${index}/`) ||
      named.includes(`/lines/${index}"`) ||
      problem.fields.some(({ message }) => message.includes(sku)),
  );
}

async function reserve(
  order: OrderRecord,
  { shop, times, context }: StepOptions,
): Promise<StepOutcome> {
  if (context.token === undefined) {
    return untilGrace(order, times, 'not-finished');
  }
  const [cart, reserved] = await Promise.allSettled([
    shop.getCart(order.cartId),
    shop.reserve({
      reservationId: order.orderId,
      ttlSeconds: times.reservationTtlSeconds,
      lines: linesOf(order),
    }),
  ]);
  if (reserved.status === 'rejected') {
    const error: unknown = reserved.reason;
    if (
      error instanceof RemoteProblem &&
      error.status < 500 &&
      error.status !== 429
    ) {
      return move('stock-refused', {
        failure: {
          code: 'insufficient-stock',
          skus: skusOf(error, order),
        },
      });
    }
    return { kind: 'wait', error, dueMs: times.graceMs };
  }
  if (cart.status === 'rejected' && !isNotFound(cart.reason)) {
    return { kind: 'wait', error: cart.reason, dueMs: times.graceMs };
  }
  if (cart.status === 'rejected' || cart.value.version !== order.cartVersion) {
    return move('abandoned', { failure: { code: 'cart-changed' } });
  }
  return move('reserved', { paymentDeadlineMs: times.paymentDeadlineMs });
}

function ofPayment(order: OrderRecord, payment: Payment): Moved {
  const { signal, failure } = readPayment(payment, totalOf(order));
  return move(signal, { failure, payment });
}

async function beginPayment(
  order: OrderRecord,
  { shop, context }: StepOptions,
  leftMs: number,
): Promise<StepOutcome> {
  try {
    return ofPayment(
      order,
      await shop.createPayment({
        paymentId: order.paymentId,
        orderId: order.orderId,
        amount: totalOf(order),
        token: context.token!,
        returnUrl: context.returnUrl!,
        expiresInSeconds: Math.floor(leftMs / 1000),
      }),
    );
  } catch (error) {
    if (error instanceof RemoteProblem) {
      if (error.status === 409) {
        return ofPayment(order, await shop.getPayment(order.paymentId, true));
      }
      if (error.status !== 429) {
        return move('declined', {
          failure: { code: 'payment-declined', declineCode: error.code },
        });
      }
    }
    if (error instanceof UnknownOutcomeError) {
      // A timeout says nothing: ask by our own id before anything is taken back.
      return ofPayment(order, await shop.getPayment(order.paymentId, true));
    }
    throw error;
  }
}

async function authorise(
  order: OrderRecord,
  options: StepOptions,
): Promise<StepOutcome> {
  const { shop, times, context } = options;
  if (order.total === 0) {
    return move('authorised');
  }
  const leftMs = order.paymentLeftMs ?? 0;
  const canBegin = context.token !== undefined && leftMs > SHORTEST_PAYMENT_MS;
  if (canBegin && !context.resumed) {
    return beginPayment(order, options, leftMs);
  }
  try {
    return ofPayment(order, await shop.getPayment(order.paymentId, true));
  } catch (error) {
    if (!isNotFound(error)) {
      throw error;
    }
  }
  return canBegin
    ? beginPayment(order, options, leftMs)
    : untilGrace(order, times, 'not-finished');
}

async function awaitPayment(
  order: OrderRecord,
  { shop, times }: StepOptions,
): Promise<StepOutcome> {
  const payment = await shop.getPayment(order.paymentId, true);
  const outcome = ofPayment(order, payment);
  if (outcome.signal !== 'action-needed') {
    return outcome;
  }
  const leftMs = order.paymentLeftMs ?? 0;
  return leftMs > 0
    ? {
        kind: 'wait',
        dueMs: Math.min(times.paymentPollMs, leftMs + 100),
        payment,
      }
    : move('deadline-passed', { failure: { code: 'payment-deadline' } });
}

async function confirm(
  order: OrderRecord,
  { shop, times }: StepOptions,
): Promise<StepOutcome> {
  try {
    await shop.confirmReservation(order.orderId);
    return move('confirmed');
  } catch (error) {
    const expired =
      error instanceof RemoteProblem &&
      (error.code === 'reservation-expired' || error.status === 404);
    if (!expired) {
      throw error;
    }
  }
  // The payment came late: the same reservation is revived while stock allows.
  try {
    await shop.reserve({
      reservationId: order.orderId,
      ttlSeconds: times.reservationTtlSeconds,
      lines: linesOf(order),
    });
  } catch (error) {
    if (error instanceof RemoteProblem && error.code === 'insufficient-stock') {
      return move('stock-lost', {
        failure: {
          code: 'insufficient-stock',
          skus: skusOf(error, order),
        },
      });
    }
    throw error;
  }
  await shop.confirmReservation(order.orderId);
  return move('confirmed');
}

function shipmentOf(order: OrderRecord) {
  return {
    shipmentId: order.shipmentId,
    orderId: order.orderId,
    customerId: customerOf(order.owner),
    optionId: order.shippingOptionId,
    address: order.address!,
    lines: linesOf(order),
  };
}

async function requestShipment(
  order: OrderRecord,
  { shop }: StepOptions,
): Promise<StepOutcome> {
  try {
    await shop.createShipment(shipmentOf(order));
    return move('shipment-accepted');
  } catch (error) {
    if (error instanceof RemoteProblem && error.status !== 429) {
      return move('care-needed', {
        careReason: `shipment-refused: ${error.code}`,
      });
    }
    throw error;
  }
}

async function cancelShipment(
  order: OrderRecord,
  { shop }: StepOptions,
): Promise<StepOutcome> {
  const cancel = async (): Promise<StepOutcome> => {
    try {
      await shop.cancelShipment(order.shipmentId);
      return move('shipment-cancelled');
    } catch (error) {
      if (error instanceof RemoteProblem && error.status === 409) {
        return move('already-dispatched', {
          to: order.shippedAt ? 'shipped' : 'fulfilling',
        });
      }
      throw error;
    }
  };
  try {
    return await cancel();
  } catch (error) {
    if (!isNotFound(error)) {
      throw error;
    }
  }
  // A request for it may still be on its way: made here and cancelled, it finds itself cancelled.
  await shop.createShipment(shipmentOf(order));
  return cancel();
}

function notYet({ paymentId, state }: Payment): UnavailableError {
  return new UnavailableError({
    code: 'payment-not-let-go',
    message: `Payment ${paymentId} is ${state}; letting it go is under way.`,
  });
}

async function voidPayment(
  order: OrderRecord,
  { shop }: StepOptions,
): Promise<StepOutcome> {
  let payment: Payment;
  try {
    payment = await shop.voidPayment(order.paymentId);
  } catch (error) {
    if (isNotFound(error)) {
      return move('voided');
    }
    if (!(error instanceof RemoteProblem) || error.status !== 409) {
      throw error;
    }
    payment = await shop.getPayment(order.paymentId, true);
  }
  const owed = payment.captured.amount - payment.refunded.amount;
  if (owed > 0) {
    // It was taken without our asking: what cannot be voided is refunded.
    const back = await shop.refund(
      order.paymentId,
      order.compensationId,
      { amount: owed, currency: order.currency },
      'order-not-carried-out',
    );
    if (!isDone(back.refunds, order.compensationId)) {
      throw notYet(back);
    }
    return move('voided', {
      payment: back,
      captured: Math.max(0, payment.captured.amount - order.captured),
      refunded: Math.max(0, back.refunded.amount - order.refunded),
    });
  }
  if (isOver(payment) || payment.captured.amount > 0) {
    return move('voided', { payment });
  }
  throw notYet(payment);
}

async function release(
  order: OrderRecord,
  { shop }: StepOptions,
): Promise<StepOutcome> {
  try {
    await shop.releaseReservation(order.orderId);
  } catch (error) {
    if (!isNotFound(error)) {
      throw error;
    }
  }
  return move('released', {
    to: order.confirmedAt ? 'cancelled' : 'rejected',
  });
}

async function checkLatePayment(
  order: OrderRecord,
  { shop }: StepOptions,
): Promise<StepOutcome> {
  try {
    const payment = await shop.getPayment(order.paymentId, true);
    const settled =
      isOver(payment) ||
      (payment.captured.amount > 0 &&
        payment.captured.amount === payment.refunded.amount);
    return settled ? { kind: 'wait' } : move('late-payment', { payment });
  } catch (error) {
    if (isNotFound(error)) {
      return { kind: 'wait' };
    }
    throw error;
  }
}

const steps: Record<
  OrderStep,
  (order: OrderRecord, options: StepOptions) => Promise<StepOutcome>
> = {
  reserve,
  authorise,
  'read-payment': awaitPayment,
  confirm,
  'request-shipment': requestShipment,
  'cancel-shipment': cancelShipment,
  void: voidPayment,
  release,
  'check-late-payment': checkLatePayment,
};

/** Does one step. Everything it asks of others may be asked again: each call carries an id of the order. */
export async function performStep(
  step: OrderStep,
  order: OrderRecord,
  options: StepOptions,
): Promise<StepOutcome> {
  try {
    return await steps[step](order, options);
  } catch (error) {
    return { kind: 'wait', error };
  }
}
