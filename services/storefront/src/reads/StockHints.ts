import { Batch, type Cache, type ServiceClient } from '@shopfloor/service-kit';
import type { Availability } from '../domain/composeProduct.ts';

/** Options of {@link StockHints}. */
export interface StockHintsOptions {
  inventory: ServiceClient;
  cache: Cache;
  /** How long the stock of a product is used again, in milliseconds. */
  freshMs: number;
}

const STALE_IF_ERROR_MS = 30_000;
/** As many as inventory takes at once. */
const MAX_SKUS = 100;

/** The stock that is shown with products: a hint, which no product waits long for. */
export class StockHints {
  readonly #cache: Cache;
  readonly #freshMs: number;
  readonly #stock: Batch<Availability>;

  static create(options: StockHintsOptions): StockHints {
    return new StockHints(options);
  }

  private constructor({ inventory, cache, freshMs }: StockHintsOptions) {
    this.#cache = cache;
    this.#freshMs = freshMs;
    this.#stock = Batch.create({
      ask: skus => askFor(inventory, skus),
      maxKeys: MAX_SKUS,
    });
  }

  /** The stock of a product; undefined when it is not known. */
  async of(
    idOrSlug: string,
    skus: readonly string[],
  ): Promise<Availability[] | undefined> {
    if (skus.length === 0) {
      return [];
    }
    try {
      const items = await this.#cache.getOrLoad<string>(`stock ${idOrSlug}`, {
        ttlMs: this.#freshMs,
        staleMs: 0,
        staleIfErrorMs: STALE_IF_ERROR_MS,
        load: async () => {
          const found = await Promise.all(
            skus.map(sku => this.#stock.get(sku)),
          );
          return JSON.stringify(found.filter(item => item !== undefined));
        },
      });
      return JSON.parse(items) as Availability[];
    } catch {
      // Logged by the cache and the client; the answer names what it lacks.
      return undefined;
    }
  }
}

async function askFor(
  inventory: ServiceClient,
  skus: readonly string[],
): Promise<Map<string, Availability>> {
  const { body } = await inventory.request<{ items: Availability[] }>({
    method: 'POST',
    route: '/availability',
    path: '/availability',
    body: { skus },
    safe: true,
    readOnly: true,
  });
  return new Map(
    body.items.map(({ sku, available, state }) => [
      sku,
      { sku, available, state },
    ]),
  );
}
