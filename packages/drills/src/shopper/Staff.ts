import type { ShopStack } from '../stack/ShopStack.ts';
import { ask, type Answer } from './http.ts';

/** Staff who may do everything that staff do. */
export class Staff {
  readonly #stack: ShopStack;
  readonly #token: string;

  static async create(stack: ShopStack): Promise<Staff> {
    return new Staff(
      stack,
      await stack.tokens.staff([
        'care',
        'catalog-admin',
        'finance',
        'fulfilment-admin',
        'stock-admin',
      ]),
    );
  }

  private constructor(stack: ShopStack, token: string) {
    this.#stack = stack;
    this.#token = token;
  }

  /** Everything about one order. */
  caseFile(orderId: string): Promise<Answer> {
    return this.ask('orders', 'GET', `/care/orders/${orderId}`);
  }

  /** Gives a part back. Amounts are minor units of euros. */
  refund(
    orderId: string,
    refund: { refundId: string; amount: number },
  ): Promise<Answer> {
    return this.ask('orders', 'POST', `/care/orders/${orderId}/refunds`, {
      refundId: refund.refundId,
      amount: { amount: refund.amount, currency: 'EUR' },
      reason: 'Goodwill of a drill',
    });
  }

  /** Any route of staff. */
  ask(
    service: string,
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
  ): Promise<Answer> {
    return ask({
      method,
      url: `${this.#stack.service(service).url}${path}`,
      token: this.#token,
      body,
    });
  }
}
