import { RemoteProblem, UnavailableError } from '@shopfloor/service-kit';
import { isNotFound } from '../clients/shopClients.ts';
import { isDone, isOver, type Payment } from './paymentReading.ts';
import {
  move,
  shipmentOf,
  type StepOptions,
  type StepOutcome,
} from './stepOutcome.ts';
import type { OrderRecord } from './types.ts';

/** Calls the shipment back, unless it has left. */
export async function cancelShipment(
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

/** Lets go of the payment, or gives back what was captured. */
export async function voidPayment(
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

/** Gives the stock back. */
export async function release(
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

/** Looks whether the payment of an order that ended lives nevertheless. */
export async function checkLatePayment(
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
