import type { ServiceClient } from '@shopfloor/service-kit';
import type { Currency, Offer, Texts } from '../domain/types.ts';

/** What products answers about a SKU, as far as cart reads it. */
interface Lookup {
  sku: string;
  productId: string;
  name: Texts;
  price: { amount: number; currency: string };
}

/** Looks SKUs up in the price list of a currency. */
export interface ProductsClient {
  /** Offers by SKU; a SKU that is not sold in the currency is left out. At most 100 SKUs. */
  lookup(
    currency: Currency,
    skus: readonly string[],
  ): Promise<Map<string, Offer>>;
}

/** Products over HTTP. */
export class HttpProductsClient implements ProductsClient {
  readonly #client: ServiceClient;

  static create(options: { client: ServiceClient }): HttpProductsClient {
    return new HttpProductsClient(options.client);
  }

  private constructor(client: ServiceClient) {
    this.#client = client;
  }

  async lookup(
    currency: Currency,
    skus: readonly string[],
  ): Promise<Map<string, Offer>> {
    const { body } = await this.#client.request<{ items: Lookup[] }>({
      method: 'POST',
      route: '/lookups',
      path: '/lookups',
      body: { skus, currency },
      safe: true,
      readOnly: true,
    });
    return new Map(
      body.items.map(({ sku, productId, name, price }) => [
        sku,
        {
          productId,
          name: { en: name.en, zh: name.zh },
          unitAmount: price.amount,
        },
      ]),
    );
  }
}
