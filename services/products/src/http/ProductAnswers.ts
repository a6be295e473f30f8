import { type Cache, etagOf } from '@shopfloor/service-kit';
import type { ProductService } from '../domain/ProductService.ts';
import type { Currency, Language, Product } from '../domain/types.ts';

/** A product as it goes over the wire. */
export type ProductAnswer = {
  id: string;
  version: number;
  /** Of the bytes. */
  etag: string;
  body: Buffer;
};

/** Options of {@link ProductAnswers}. */
export interface ProductAnswersOptions {
  products: Pick<ProductService, 'get' | 'versionOf'>;
  cache: Pick<Cache, 'get' | 'set'>;
}

/** What was changed by hand, without a new version, is shown after this. */
const LONGEST_MS = 60_000;

/**
 * Products as they were last written for the wire. Each read asks the database for the product's version, and only a new
 * version is read and written anew, so that an answer is never older than its question.
 */
export class ProductAnswers {
  readonly #options: ProductAnswersOptions;

  static create(options: ProductAnswersOptions): ProductAnswers {
    return new ProductAnswers(options);
  }

  private constructor(options: ProductAnswersOptions) {
    this.#options = options;
  }

  /** @throws NotFoundError `product-not-found` */
  async get(
    asked: { idOrSlug: string; currency: Currency; language: Language },
    write: (product: Product) => string,
  ): Promise<ProductAnswer> {
    const { products, cache } = this.#options;
    const key = `${asked.language} ${asked.currency} ${asked.idOrSlug}`;
    const last = await cache.get<ProductAnswer>(key);
    if (last) {
      const now = await products.versionOf(asked.idOrSlug);
      if (now?.id === last.id && now.version === last.version) {
        return last;
      }
    }
    const { product, version } = await products.get(asked);
    const body = Buffer.from(write(product));
    const answer = { id: product.id, version, etag: etagOf(body), body };
    await cache.set(key, answer, { ttlMs: LONGEST_MS });
    return answer;
  }
}
