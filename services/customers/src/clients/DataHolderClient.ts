import type { ServiceClient } from '@shopfloor/service-kit';
import type { DataHolder } from '../domain/services.ts';

/** Asks the other services what they hold of a customer. */
export interface DataHolderClient {
  /** The records of one service. */
  export(service: DataHolder, customerId: string): Promise<unknown>;
}

/** The other services over HTTP. */
export class HttpDataHolderClient implements DataHolderClient {
  readonly #clients: Readonly<Record<DataHolder, ServiceClient>>;

  static create(options: {
    clients: Readonly<Record<DataHolder, ServiceClient>>;
  }): HttpDataHolderClient {
    return new HttpDataHolderClient(options.clients);
  }

  private constructor(clients: Readonly<Record<DataHolder, ServiceClient>>) {
    this.#clients = clients;
  }

  async export(service: DataHolder, customerId: string): Promise<unknown> {
    const { body } = await this.#clients[service].request<{
      records?: unknown;
    }>({
      method: 'GET',
      route: '/exports/:customerId',
      path: `/exports/${encodeURIComponent(customerId)}`,
    });
    if (typeof body?.records !== 'object' || body.records === null) {
      throw new Error(`${service} answered an export without records`);
    }
    return body.records;
  }
}
