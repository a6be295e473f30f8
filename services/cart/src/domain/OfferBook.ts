import type { Logger } from 'pino';
import type { ProductsClient } from '../clients/ProductsClient.ts';
import type { PriceAnswer } from './presentCart.ts';
import { ShortMemory } from './ShortMemory.ts';
import { CURRENCIES, type Currency, type Offer } from './types.ts';

/** Options of {@link OfferBook}. */
export interface OfferBookOptions {
  products: ProductsClient;
  logger: Logger;
  /** How long an offer is used again, in milliseconds. */
  ttlMs: number;
  /** How long an old offer is kept for when products does not answer, in milliseconds. */
  keepMs: number;
  /** Most offers remembered of one currency. */
  maxEntries: number;
  now?: () => number;
}

/** What products answers for at once. */
const SKUS_PER_LOOKUP = 100;

/** What the shop sells at which price, as this process remembers it. */
export class OfferBook {
  readonly #memories: Record<Currency, ShortMemory<Offer>>;

  static create(options: OfferBookOptions): OfferBook {
    return new OfferBook(options);
  }

  private constructor(options: OfferBookOptions) {
    const { products, logger, ...memory } = options;
    this.#memories = Object.fromEntries(
      CURRENCIES.map(currency => [
        currency,
        ShortMemory.create<Offer>({
          ...memory,
          batch: SKUS_PER_LOOKUP,
          load: async skus => {
            try {
              return await products.lookup(currency, skus);
            } catch (error) {
              logger.warn({ error }, 'Products gave no prices');
              throw error;
            }
          },
        }),
      ]),
    ) as Record<Currency, ShortMemory<Offer>>;
  }

  /** What is known of each SKU's price. Never rejects: the cart works on what is known. */
  async prices(
    currency: Currency,
    skus: readonly string[],
  ): Promise<Map<string, PriceAnswer>> {
    const answers = new Map<string, PriceAnswer>();
    if (skus.length === 0) {
      return answers;
    }
    for (const [sku, answer] of await this.#memories[currency].get(skus)) {
      if (answer.state === 'unknown') {
        answers.set(sku, answer);
      } else if (answer.known) {
        answers.set(sku, { state: answer.state, offer: answer.known });
      } else {
        // That it was not sold a while ago says nothing of now.
        answers.set(sku, {
          state: answer.state === 'fresh' ? 'not-sold' : 'unknown',
        });
      }
    }
    return answers;
  }

  /** Some products changed: their SKUs are looked up anew, in every currency. */
  forget(skus: readonly string[]): void {
    const changed = new Set(skus);
    for (const memory of Object.values(this.#memories)) {
      memory.forget(sku => changed.has(sku));
    }
  }
}
