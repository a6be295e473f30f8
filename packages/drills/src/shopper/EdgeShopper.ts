import { sampleShopper } from '@shopfloor/sandbox/src/shoppers/journey.ts';
import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import { ask, type Answer } from './http.ts';
import { GOOD_CARD, type WantedLine } from './Shopper.ts';

/** One guest at the storefront, as a program that keeps its cookie. */
export class EdgeShopper {
  readonly #origin: string;
  readonly #headers: Record<string, string>;
  #cookie: string | undefined;

  /**
   * @param origin - address of the storefront or of the gateway
   * @param headers - sent with each request, such as a Host for the gateway
   */
  constructor(origin: string, headers: Record<string, string> = {}) {
    this.#origin = origin;
    this.#headers = headers;
  }

  /** The first of five calls: begins the session and a cart. */
  createCart(): Promise<Answer> {
    return this.#ask('POST', '/api/cart?currency=EUR&country=DE');
  }

  setLine({ sku, quantity }: WantedLine): Promise<Answer> {
    return this.#ask('PUT', `/api/cart/lines/${encodeURIComponent(sku)}`, {
      quantity,
    });
  }

  quote(cartId: string): Promise<Answer> {
    return this.#ask('POST', '/api/quotes', {
      ...sampleShopper,
      cartId,
    });
  }

  place(
    quoteId: string,
    options: { token?: string; key?: string } = {},
  ): Promise<Answer> {
    return this.#ask(
      'POST',
      '/api/orders',
      { quoteId, payment: { token: options.token ?? GOOD_CARD } },
      { 'idempotency-key': options.key ?? newId() },
    );
  }

  /** Sends any document in the session's name. */
  post(path: string, body: unknown): Promise<Answer> {
    return this.#ask('POST', path, body, { 'idempotency-key': newId() });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#ask('GET', path, undefined, headers);
  }

  async #ask(
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer> {
    const answer = await ask({
      method,
      url: this.#origin + path,
      body,
      headers: {
        'x-shop-request': '1',
        ...this.#headers,
        ...(this.#cookie && { cookie: this.#cookie }),
        ...headers,
      },
    });
    const begun = [answer.headers['set-cookie'] ?? []].flat()[0];
    this.#cookie = begun?.split(';')[0] ?? this.#cookie;
    return answer;
  }
}
