import { newId } from '@shopfloor/service-kit';
import type { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import type { TestPerson } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { until } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { ADDRESS, type OrdersWorld } from './serveOrders.ts';

/** An answer with its JSON. */
export interface JsonAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: any;
}

/** What shoppers and staff do with a running orders, for tests and drills. */
export class OrdersClient {
  readonly #world: OrdersWorld;
  readonly #http: HttpClient;

  constructor(options: { world: OrdersWorld; http: HttpClient }) {
    this.#world = options.world;
    this.#http = options.http;
  }

  async send(
    method: string,
    url: string,
    options: {
      as?: TestPerson;
      payload?: unknown;
      headers?: Record<string, string>;
    } = {},
  ): Promise<JsonAnswer> {
    const response = await this.#http.request({
      method,
      url,
      payload: options.payload,
      headers: {
        ...(options.as && (await this.#world.issuer.headers(options.as))),
        ...options.headers,
      },
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      body: response.body ? response.json() : undefined,
    };
  }

  /** Makes a cart and a quote of it. @returns the quote */
  async quote(
    quantities: Record<string, number>,
    options: { as: TestPerson; changes?: object },
  ): Promise<any> {
    const { cartId } = this.#world.shop.cart.add(quantities);
    const answer = await this.send('POST', '/quotes', {
      as: options.as,
      payload: {
        cartId,
        email: 'ada@example.org',
        language: 'en',
        shippingAddress: ADDRESS,
        ...options.changes,
      },
    });
    if (answer.status !== 201) {
      throw new Error(`No quote: ${answer.status} ${answer.body?.detail}`);
    }
    return answer.body;
  }

  place(
    quoteId: string,
    options: { as: TestPerson; key?: string; token?: string },
  ): Promise<JsonAnswer> {
    return this.send('POST', '/orders', {
      as: options.as,
      headers: { 'idempotency-key': options.key ?? newId() },
      payload: { quoteId, payment: { token: options.token ?? 'tok_ok' } },
    });
  }

  /** An order that waits for its goods to leave. @returns its row */
  async ordered(
    quantities: Record<string, number>,
    options: { as: TestPerson; changes?: object },
  ): Promise<any> {
    const { quoteId } = await this.quote(quantities, options);
    const { body, status } = await this.place(quoteId, options);
    if (status !== 201) {
      throw new Error(`Not ordered: ${status} ${body?.detail}`);
    }
    return this.reaches(body.orderId, 'fulfilling');
  }

  /** The row of an order. */
  async row(orderId: string): Promise<any> {
    const [found] = await this.#world.database.query<any>(
      'select * from orders where id = $1',
      [orderId],
    );
    return found;
  }

  /** Waits for a row that is as asked. @returns it */
  rowWhere(orderId: string, holds: (row: any) => boolean): Promise<any> {
    return until(async () => {
      const found = await this.row(orderId);
      return holds(found) && found;
    });
  }

  reaches(orderId: string, state: string): Promise<any> {
    return this.rowWhere(orderId, found => found.state === state);
  }

  /** What orders has published about an order. */
  async events(orderId: string): Promise<any[]> {
    const rows = await this.#world.events.query<{ value: string }>(
      'select value::text as value from event_log.events order by 1',
    );
    return rows
      .map(({ value }) => JSON.parse(value))
      .filter(
        ({ subject, source }) => subject === orderId && source === 'orders',
      );
  }
}
