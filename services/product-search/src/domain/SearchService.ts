import type { SearchIndex, SearchPage } from '@shopfloor/service-kit';
import type { SourceStore } from '../store/SourceStore.ts';
import { portQuery, RATING_STEPS } from './portQuery.ts';
import { priceRanges } from './priceRanges.ts';
import { priceField } from './productIndex.ts';
import type {
  Currency,
  FoundProduct,
  IndexedProduct,
  Language,
  ProductSearch,
  SearchResults,
} from './types.ts';

/** Options of {@link SearchService}. */
export interface SearchServiceOptions {
  index: Pick<SearchIndex<IndexedProduct>, 'query' | 'suggest'>;
  store: Pick<SourceStore, 'categoryNames'>;
}

function toFound(
  product: IndexedProduct,
  options: { currency: Currency; language: Language },
): FoundProduct {
  const { currency, language } = options;
  const { from, to } = product.prices[currency];
  return {
    id: product.id,
    slug: product.slug,
    name: product.names[language],
    brand: product.brand,
    categories: product.categories.map(({ slug, names }) => ({
      slug,
      name: names[language],
    })),
    price: {
      from: { amount: from, currency },
      to: { amount: to, currency },
    },
    rating: product.rating,
    inStock: product.inStock,
    sample: product.sample,
  };
}

/** What shoppers look for and find. */
export class SearchService {
  readonly #index: SearchServiceOptions['index'];
  readonly #store: SearchServiceOptions['store'];

  static create(options: SearchServiceOptions): SearchService {
    return new SearchService(options);
  }

  private constructor(options: SearchServiceOptions) {
    this.#index = options.index;
    this.#store = options.store;
  }

  /** @throws InvalidInputError for what contradicts itself, or a cursor of another search */
  async search(search: ProductSearch): Promise<SearchResults> {
    const page = await this.#index.query(portQuery(search));
    const slugs = page.facets.categories.map(({ key }) => key);
    const names = await this.#store.categoryNames(slugs);
    return {
      items: page.items.map(({ source }) => toFound(source, search)),
      total: page.total,
      totalIsExact: page.exact,
      relaxed: page.relaxed,
      facets: this.#facets(page, search, names),
      nextCursor: page.nextCursor,
    };
  }

  /** Names of products that go on as the text begins, in the language of the text. */
  async suggest(options: { text: string; limit: number }): Promise<string[]> {
    return this.#index.suggest(options);
  }

  #facets(
    page: SearchPage<IndexedProduct>,
    search: ProductSearch,
    names: ReadonlyMap<string, { en: string; zh: string }>,
  ): SearchResults['facets'] {
    const { facets } = page;
    const countOf = (field: string, key: string) =>
      facets[field].find(count => count.key === key)?.count ?? 0;
    return {
      categories: facets.categories.map(({ key, count }) => ({
        value: key,
        name: names.get(key)?.[search.language],
        count,
      })),
      brands: facets.brand.map(({ key, count }) => ({ value: key, count })),
      prices: priceRanges(search.currency).map(range => ({
        ...range,
        count: countOf(priceField(search.currency), String(range.min)),
      })),
      ratings: RATING_STEPS.map(min => ({
        min,
        count: countOf('rating', String(min)),
      })),
      inStock: countOf('stock', 'in-stock'),
    };
  }
}
