import type { Payment } from '../domain/paymentReading.ts';
import {
  Neighbour,
  type NeighbourAnswer,
  type NeighbourCall,
  refuse,
} from './Neighbour.ts';

/**
 * Payments by token: `tok_ok` authorises, `tok_redirect` asks for a redirect that
 * {@link TestPayments.approve} ends, `tok_pending` stays open, all others decline.
 */
export class TestPayments extends Neighbour {
  readonly payments = new Map<string, Payment>();
  readonly #done = new Map<string, number>();
  capturePolicy: Payment['capturePolicy'] = 'each-shipment';
  /** Why captures are refused; undefined: they are not. */
  refuseCaptures: string | undefined;

  /** The shopper agreed, or the provider did at last. */
  approve(paymentId: string): Payment {
    const payment = this.payments.get(paymentId)!;
    if (payment.state === 'requires-action' || payment.state === 'pending') {
      payment.state = 'authorised';
      payment.authorised = { ...payment.amount };
      payment.version += 1;
    }
    return payment;
  }

  /** Sum of what is authorised and not captured, over all payments. */
  get openAuthorisations(): number {
    return [...this.payments.values()].filter(
      ({ state }) => state === 'authorised',
    ).length;
  }

  protected answer(call: NeighbourCall): NeighbourAnswer {
    const { body, path } = call;
    const [, , id, action] = path.split('/');
    if (!id) {
      return this.#create(body);
    }
    const payment = this.payments.get(id);
    if (!payment) {
      return refuse(404, 'payment-not-found');
    }
    switch (action) {
      case undefined:
        return { status: 200, body: payment };
      case 'void':
        return this.#void(payment);
      case 'captures':
        return this.#capture(payment, body);
      default:
        return this.#refund(payment, body);
    }
  }

  #create(body: any): NeighbourAnswer {
    const known = this.payments.get(body.paymentId);
    if (known) {
      return { status: 201, body: known };
    }
    const none = { amount: 0, currency: body.amount.currency };
    const states: Record<string, Payment['state']> = {
      tok_ok: 'authorised',
      tok_redirect: 'requires-action',
      tok_pending: 'pending',
    };
    const state = states[body.token] ?? 'declined';
    const payment: Payment = {
      paymentId: body.paymentId,
      orderId: body.orderId,
      state,
      nextAction:
        state === 'requires-action'
          ? { type: 'redirect', url: `http://provider/${body.paymentId}` }
          : undefined,
      amount: body.amount,
      authorised: state === 'authorised' ? body.amount : none,
      captured: none,
      refunded: none,
      declineCode: state === 'declined' ? 'insufficient-funds' : undefined,
      capturePolicy: this.capturePolicy,
      captures: [],
      refunds: [],
      version: 1,
    };
    this.payments.set(payment.paymentId, payment);
    return { status: 201, body: payment };
  }

  #void(payment: Payment): NeighbourAnswer {
    if (payment.captured.amount > 0) {
      return refuse(409, 'payment-captured');
    }
    if (['authorised', 'requires-action', 'pending'].includes(payment.state)) {
      payment.state = 'voided';
      payment.version += 1;
    }
    return { status: 200, body: payment };
  }

  #capture(payment: Payment, body: any): NeighbourAnswer {
    const { captureId, amount } = body;
    if (!this.#done.has(captureId)) {
      const open = payment.authorised.amount - payment.captured.amount;
      const closed = !['authorised', 'partially-captured'].includes(
        payment.state,
      );
      if (this.refuseCaptures || closed || amount.amount > open) {
        return refuse(409, this.refuseCaptures ?? 'payment-not-capturable');
      }
      this.#done.set(captureId, amount.amount);
      payment.captured = {
        ...amount,
        amount: payment.captured.amount + amount.amount,
      };
      payment.state =
        payment.captured.amount === payment.authorised.amount
          ? 'captured'
          : 'partially-captured';
      payment.captures!.push({ id: captureId, amount, state: 'succeeded' });
      payment.version += 1;
    }
    return { status: 201, body: payment };
  }

  #refund(payment: Payment, body: any): NeighbourAnswer {
    const { refundId, amount } = body;
    if (!this.#done.has(refundId)) {
      if (amount.amount > payment.captured.amount - payment.refunded.amount) {
        return refuse(409, 'amount-exceeds-captured');
      }
      this.#done.set(refundId, amount.amount);
      payment.refunded = {
        ...amount,
        amount: payment.refunded.amount + amount.amount,
      };
      payment.refunds!.push({ id: refundId, amount, state: 'succeeded' });
      payment.version += 1;
    }
    return { status: 201, body: payment };
  }
}
