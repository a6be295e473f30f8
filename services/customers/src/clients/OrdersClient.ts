import type { ServiceClient } from '@shopfloor/service-kit';

/** Gives guest orders to a customer. */
export interface OrdersClient {
  /** Orders placed as a guest with this e-mail become the customer's. @returns those that did */
  claim(options: { customerId: string; email: string }): Promise<string[]>;
}

/** Orders over HTTP. */
export class HttpOrdersClient implements OrdersClient {
  readonly #client: ServiceClient;

  static create(options: { client: ServiceClient }): HttpOrdersClient {
    return new HttpOrdersClient(options.client);
  }

  private constructor(client: ServiceClient) {
    this.#client = client;
  }

  async claim(options: {
    customerId: string;
    email: string;
  }): Promise<string[]> {
    const { body } = await this.#client.request<{ orderIds: string[] }>({
      method: 'POST',
      route: '/claims',
      path: '/claims',
      body: options,
      // Claiming again gives nothing to anybody else.
      safe: true,
    });
    return body.orderIds;
  }
}
