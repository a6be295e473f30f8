import { RemoteProblem, UnknownOutcomeError } from '@shopfloor/service-kit';
import { isNotFound } from '../clients/shopClients.ts';
import { type Payment, readPayment } from './paymentReading.ts';
import {
  linesOf,
  move,
  type Moved,
  type ProcessTimes,
  shipmentOf,
  type StepOptions,
  type StepOutcome,
} from './stepOutcome.ts';
import type { OrderRecord } from './types.ts';

/** Below this no provider finishes a payment. */
const SHORTEST_PAYMENT_MS = 30_000;

function totalOf({ total, currency }: OrderRecord) {
  return { amount: total, currency };
}

/** Waits for the shopper's repetition, then gives up what nobody but the shopper can go on with. */
function untilGrace(
  order: OrderRecord,
  times: ProcessTimes,
  code: string,
  to?: 'voiding',
): StepOutcome {
  return order.ageMs < times.graceMs
    ? { kind: 'wait', dueMs: times.graceMs - order.ageMs + 100 }
    : move('abandoned', { to, failure: { code } });
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

/** The payment of an order, when it has begun. */
async function begunPayment(
  order: OrderRecord,
  { shop }: StepOptions,
): Promise<Payment | undefined> {
  try {
    return await shop.getPayment(order.paymentId, true);
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Holds the stock, and looks whether the cart is still the quoted one. An order that is resumed may have come as far as its
 * confirmation: once its payment has begun, its cart was looked at, and it goes on without the shopper.
 */
export async function reserve(
  order: OrderRecord,
  options: StepOptions,
): Promise<StepOutcome> {
  const { shop, times, context } = options;
  const begun =
    context.resumed && (await begunPayment(order, options)) !== undefined;
  if (!begun && context.token === undefined) {
    return untilGrace(order, times, 'not-finished', 'voiding');
  }
  const [cart, reserved] = await Promise.allSettled([
    begun ? undefined : shop.getCart(order.cartId),
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
        to: context.resumed ? 'voiding' : 'rejected',
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
  if (
    !begun &&
    (cart.status === 'rejected' || cart.value?.version !== order.cartVersion)
  ) {
    return move('abandoned', {
      to: context.resumed ? 'voiding' : 'releasing',
      failure: { code: 'cart-changed' },
    });
  }
  return move('reserved', {
    // One that is resumed may have its stock since it was placed.
    paymentDeadlineMs: begun
      ? Math.max(0, times.paymentDeadlineMs - order.ageMs)
      : times.paymentDeadlineMs,
  });
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

/** Begins the payment, or asks what became of it. */
export async function authorise(
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

/** Reads a payment that somebody else has to finish, until its deadline. */
export async function awaitPayment(
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

/** Keeps the stock for good; one that ended meanwhile is reserved again. */
export async function confirm(
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

/** Hands the order to fulfilment. */
export async function requestShipment(
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
