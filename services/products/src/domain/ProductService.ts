import {
  Batch,
  InvalidInputError,
  NotFoundError,
} from '@shopfloor/service-kit';
import type { ProductStore, ProductVersion } from '../store/ProductStore.ts';
import type { LookupResult } from './catalogue.ts';
import { buildCategoryTree } from './categoryTree.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type {
  CategoryNode,
  Currency,
  Language,
  Page,
  Product,
  ProductQuery,
  ProductSummary,
  Sort,
} from './types.ts';

function refuse(field: string, code: string, message: string): never {
  throw new InvalidInputError({
    code,
    message: `${field} ${message}`,
    fields: [{ in: 'query', field, message }],
  });
}

/** Most products of one statement that asks for versions. */
const MAX_VERSIONS = 200;

/** What shoppers can ask about products. */
export class ProductService {
  readonly #store: ProductStore;
  readonly #versions: Batch<ProductVersion>;

  static create(options: { store: ProductStore }): ProductService {
    return new ProductService(options.store);
  }

  private constructor(store: ProductStore) {
    this.#store = store;
    this.#versions = Batch.create({
      ask: idsOrSlugs => store.versions(idsOrSlugs),
      maxKeys: MAX_VERSIONS,
    });
  }

  /**
   * One page of products. Pages are stable: products that come or go meanwhile
   * never shift the others.
   *
   * @throws InvalidInputError for filters that contradict, an unknown category or a foreign cursor
   */
  async list(
    request: Omit<ProductQuery, 'sort'> & { sort?: Sort },
  ): Promise<Page<ProductSummary>> {
    const text = request.text?.trim();
    const query: ProductQuery = {
      ...request,
      text,
      sort: request.sort ?? (text === undefined ? 'newest' : 'relevance'),
    };
    if (query.sort === 'relevance' && text === undefined) {
      refuse(
        'sort',
        'sort-needs-text',
        'can be relevance only together with q',
      );
    }
    if (
      query.minPrice !== undefined &&
      query.maxPrice !== undefined &&
      query.minPrice > query.maxPrice
    ) {
      refuse('minPrice', 'empty-price-range', 'must not be above maxPrice');
    }
    const after =
      query.cursor === undefined
        ? undefined
        : decodeCursor(query, query.cursor);
    const found = await this.#store.list(query, after);
    if (
      found.length === 0 &&
      query.category !== undefined &&
      !(await this.#store.hasCategory(query.category))
    ) {
      refuse(
        'category',
        'unknown-category',
        `${query.category} does not exist`,
      );
    }
    const page = found.slice(0, query.limit);
    return {
      items: page.map(({ product }) => product),
      nextCursor:
        found.length > query.limit
          ? encodeCursor(query, page[page.length - 1].position)
          : undefined,
    };
  }

  /** @throws NotFoundError `product-not-found` */
  async get(options: {
    idOrSlug: string;
    currency: Currency;
    language: Language;
  }): Promise<{ product: Product; version: number }> {
    const found = await this.#store.find(options);
    if (!found) {
      throw new NotFoundError({
        code: 'product-not-found',
        message: `There is no product ${options.idOrSlug}.`,
      });
    }
    return found;
  }

  /**
   * Which version a product has now, by id or slug; undefined when there is none. Costs a share of one small statement, since
   * all who ask at the same time are answered by one.
   */
  versionOf(idOrSlug: string): Promise<ProductVersion | undefined> {
    return this.#versions.get(idOrSlug);
  }

  /** The tree of categories with how many products each holds. */
  async categories(language: Language): Promise<CategoryNode[]> {
    return buildCategoryTree(await this.#store.categories(language));
  }

  /** What carts and orders need of some SKUs; those that are not sold in the currency are left out. */
  async lookup(options: {
    skus: readonly string[];
    currency: Currency;
  }): Promise<LookupResult> {
    return this.#store.lookup(options);
  }
}
