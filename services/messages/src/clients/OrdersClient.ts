import { RemoteProblem, type ServiceClient } from '@shopfloor/service-kit';
import { type OrderContact, readContact } from '../domain/contact.ts';

/** Asks orders whom to write to. */
export interface OrdersClient {
  /** Undefined when the order is not known, or its contact was erased. */
  contact(orderId: string): Promise<OrderContact | undefined>;
}

const GONE = new Set(['order-not-found', 'contact-erased']);

/** Orders over HTTP. */
export class HttpOrdersClient implements OrdersClient {
  readonly #client: ServiceClient;

  static create(options: { client: ServiceClient }): HttpOrdersClient {
    return new HttpOrdersClient(options.client);
  }

  private constructor(client: ServiceClient) {
    this.#client = client;
  }

  async contact(orderId: string): Promise<OrderContact | undefined> {
    try {
      const { body } = await this.#client.request({
        method: 'GET',
        route: '/orders/:id/contact',
        path: `/orders/${encodeURIComponent(orderId)}/contact`,
      });
      return readContact(body);
    } catch (error) {
      // A 404 without a code of orders' own comes from the way to it, and says nothing of the order.
      if (
        error instanceof RemoteProblem &&
        error.status === 404 &&
        GONE.has(error.code)
      ) {
        return undefined;
      }
      throw error;
    }
  }
}
