import {
  InvalidInputError,
  type SearchFilter,
  type SearchQuery,
} from '@shopfloor/service-kit';
import { priceRanges } from './priceRanges.ts';
import { priceField } from './productIndex.ts';
import type { ProductSearch, Sort } from './types.ts';

/** Stars a rating can be asked to have at least. */
export const RATING_STEPS = [4, 3, 2, 1] as const;

/** Most values that a facet shows. */
const FACET_SIZE = 20;

const ORDERS: Record<
  Exclude<Sort, 'relevance' | 'price' | '-price'>,
  SearchQuery['sort']
> = {
  newest: { field: 'created', direction: 'desc' },
  rating: { field: 'rating', direction: 'desc' },
};

function orderOf(search: ProductSearch): SearchQuery['sort'] {
  const { sort = search.text === undefined ? 'newest' : 'relevance' } = search;
  switch (sort) {
    case 'relevance':
      return undefined;
    case 'price':
    case '-price':
      return {
        field: priceField(search.currency),
        direction: sort === 'price' ? 'asc' : 'desc',
      };
    default:
      return ORDERS[sort];
  }
}

function refuse(code: string, field: string, message: string): never {
  throw new InvalidInputError({
    code,
    message: `${field} ${message}.`,
    fields: [{ in: 'query', field, message }],
  });
}

/**
 * What the index is asked for a search of a person.
 *
 * @throws InvalidInputError for what contradicts itself
 */
export function portQuery(search: ProductSearch): SearchQuery {
  const { minPrice, maxPrice, minRating, currency } = search;
  if (minPrice !== undefined && maxPrice !== undefined && minPrice > maxPrice) {
    refuse('empty-price-range', 'minPrice', 'is above maxPrice');
  }
  if (search.sort === 'relevance' && search.text === undefined) {
    refuse('sort-needs-text', 'sort', 'can only be relevance with q');
  }
  const price = priceField(currency);
  // Without bounds it still says that there must be a price.
  const filters: SearchFilter[] = [
    { field: price, min: minPrice, max: maxPrice },
  ];
  if (search.categories?.length) {
    filters.push({ field: 'categories', anyOf: search.categories });
  }
  if (search.brands?.length) {
    filters.push({ field: 'brand', anyOf: search.brands });
  }
  if (search.inStock) {
    filters.push({ field: 'stock', anyOf: ['in-stock'] });
  }
  if (minRating !== undefined) {
    filters.push({ field: 'rating', min: minRating });
  }
  return {
    text: search.text,
    filters,
    facets: [
      { field: 'categories', size: FACET_SIZE },
      { field: 'brand', size: FACET_SIZE },
      { field: 'stock', size: 2 },
      {
        field: price,
        ranges: priceRanges(currency).map(({ min, max }) => ({
          key: String(min),
          min,
          max: max === undefined ? undefined : max + 1,
        })),
      },
      {
        field: 'rating',
        ranges: RATING_STEPS.map(min => ({ key: String(min), min })),
      },
    ],
    sort: orderOf(search),
    limit: search.limit,
    cursor: search.cursor,
  };
}
