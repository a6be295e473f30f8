import type { ServiceClient } from '@shopfloor/service-kit';

/** Asks how many can be had. */
export interface InventoryClient {
  /** Units by SKU; a SKU that inventory does not know is left out. */
  availability(skus: readonly string[]): Promise<Map<string, number>>;
}

/** Inventory over HTTP. */
export class HttpInventoryClient implements InventoryClient {
  readonly #client: ServiceClient;

  static create(options: { client: ServiceClient }): HttpInventoryClient {
    return new HttpInventoryClient(options.client);
  }

  private constructor(client: ServiceClient) {
    this.#client = client;
  }

  async availability(skus: readonly string[]): Promise<Map<string, number>> {
    const { body } = await this.#client.request<{
      items: { sku: string; available: number }[];
    }>({
      method: 'POST',
      route: '/availability',
      path: '/availability',
      body: { skus },
      safe: true,
      readOnly: true,
    });
    return new Map(body.items.map(({ sku, available }) => [sku, available]));
  }
}
