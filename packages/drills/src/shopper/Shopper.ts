import { sampleShopper } from '@shopfloor/sandbox/src/shoppers/journey.ts';
import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import type { ShopStack } from '../stack/ShopStack.ts';
import { ask, expectStatus, type Answer } from './http.ts';

/** What is in a cart. */
export interface WantedLine {
  sku: string;
  quantity: number;
}

/** An order as the shopper sees it, as far as drills look. */
export interface OrderView {
  orderId: string;
  state: string;
  nextAction?: { type: string; url: string };
}

/** A card of the test provider that is approved. */
export const GOOD_CARD = 'tok_approved';

/** One shopper who buys through the services behind the storefront, with a token as the storefront makes it. */
export class Shopper {
  readonly email: string;
  readonly token: string;
  readonly #stack: ShopStack;

  static async create(
    stack: ShopStack,
    options: { kind?: 'guest' | 'customer'; email?: string } = {},
  ): Promise<Shopper> {
    const id = newId();
    const email = options.email ?? `shopper-${id}@larkfield.example`;
    const token = await stack.tokens.shopper({
      kind: options.kind ?? 'guest',
      id,
      ...(options.kind === 'customer' && { email }),
    });
    return new Shopper(stack, email, token);
  }

  private constructor(stack: ShopStack, email: string, token: string) {
    this.#stack = stack;
    this.email = email;
    this.token = token;
  }

  /** Makes an empty cart and returns its id. */
  async createCart(): Promise<string> {
    const { body } = expectStatus(
      await this.#cart('POST', '/carts', { currency: 'EUR', country: 'DE' }),
      201,
    );
    return body.cartId;
  }

  /** Puts so many of a SKU into a cart. */
  async setLine(cartId: string, { sku, quantity }: WantedLine): Promise<void> {
    expectStatus(
      await this.#cart('PUT', `/carts/${cartId}/lines/${sku}`, { quantity }),
      200,
    );
  }

  /** Makes a cart with these lines and returns its id. */
  async fillCart(lines: readonly WantedLine[]): Promise<string> {
    const cartId = await this.createCart();
    for (const line of lines) {
      await this.setLine(cartId, line);
    }
    return cartId;
  }

  /** Asks for a quote, which binds the cart and its prices. */
  quote(cartId: string): Promise<Answer> {
    return this.#orders('POST', '/quotes', {
      ...sampleShopper,
      cartId,
      email: this.email,
    });
  }

  /** Places an order; the key makes a repetition harmless. */
  place(
    quoteId: string,
    options: { token?: string; key?: string } = {},
  ): Promise<Answer> {
    return this.#orders(
      'POST',
      '/orders',
      {
        quoteId,
        payment: { token: options.token ?? GOOD_CARD },
        returnUrl: 'http://127.0.0.1:9/return',
      },
      { 'idempotency-key': options.key ?? newId() },
    );
  }

  /** Fills a cart and takes a quote; returns its id. */
  async prepare(lines: readonly WantedLine[]): Promise<string> {
    const cartId = await this.fillCart(lines);
    return expectStatus(await this.quote(cartId), 201).body.quoteId;
  }

  /** The whole way to an order. */
  async buy(
    lines: readonly WantedLine[],
    options: { token?: string; key?: string } = {},
  ): Promise<Answer> {
    return this.place(await this.prepare(lines), options);
  }

  order(orderId: string): Promise<Answer<OrderView>> {
    return this.#orders('GET', `/orders/${orderId}`);
  }

  /** Comes back from the provider's page. */
  comeBack(orderId: string): Promise<Answer<OrderView>> {
    return this.#orders('POST', `/orders/${orderId}/payment-returns`, {});
  }

  cancel(orderId: string): Promise<Answer> {
    return this.#orders('POST', `/orders/${orderId}/cancel`, {});
  }

  #cart(method: 'POST' | 'PUT' | 'GET', path: string, body?: unknown) {
    const url = `${this.#stack.service('cart').url}${path}`;
    return ask({ method, url, token: this.token, body });
  }

  #orders(
    method: 'POST' | 'GET',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) {
    const url = `${this.#stack.service('orders').url}${path}`;
    return ask({ method, url, token: this.token, body, headers });
  }
}
