import type { SearchDocument, SearchSchema } from '@shopfloor/service-kit';
import {
  CURRENCIES,
  type IndexedProduct,
  type ProductData,
  type StockState,
} from './types.ts';

/** Field of the lowest price in a currency. */
export function priceField(currency: string): string {
  return `price_${currency.toLowerCase()}`;
}

/**
 * What is searched of a product. The index goes on under the same name only with
 * the same fields; whoever changes them counts the name up.
 */
export const productSchema: SearchSchema = {
  name: 'products_v1',
  fields: {
    name_en: { kind: 'text', language: 'en', weight: 'A', suggest: true },
    name_zh: { kind: 'text', language: 'zh', weight: 'A', suggest: true },
    brand_name: { kind: 'text', language: 'names', weight: 'B' },
    categories_en: { kind: 'text', language: 'en', weight: 'B' },
    categories_zh: { kind: 'text', language: 'zh', weight: 'B' },
    description_en: { kind: 'text', language: 'en', weight: 'D' },
    description_zh: { kind: 'text', language: 'zh', weight: 'D' },
    brand: { kind: 'keyword' },
    categories: { kind: 'keyword' },
    stock: { kind: 'keyword' },
    rating: { kind: 'number' },
    created: { kind: 'date' },
    ...Object.fromEntries(
      CURRENCIES.map(currency => [
        priceField(currency),
        { kind: 'number' } as const,
      ]),
    ),
  },
};

/** A product can be had when one of its SKUs can. One that inventory has not told of cannot. */
export function isInStock(
  skus: readonly string[],
  states: Readonly<Record<string, StockState>>,
): boolean {
  return skus.some(sku => states[sku] === 'in-stock' || states[sku] === 'low');
}

/** The document of a product with the stock of its SKUs. */
export function productDocument(options: {
  product: ProductData;
  states: Readonly<Record<string, StockState>>;
  /** A higher one has seen all that a lower one has. */
  version: number;
}): SearchDocument<IndexedProduct> {
  const { product, states, version } = options;
  const inStock = isInStock(product.skus, states);
  const prices = Object.entries(product.prices).filter(([currency]) =>
    CURRENCIES.some(known => known === currency),
  );
  return {
    id: product.productId,
    version,
    fields: {
      name_en: product.names.en,
      name_zh: product.names.zh,
      brand_name: product.brand,
      categories_en: product.categories.map(({ names }) => names.en),
      categories_zh: product.categories.map(({ names }) => names.zh),
      description_en: product.descriptions.en,
      description_zh: product.descriptions.zh,
      brand: product.brand,
      categories: product.categories.map(({ slug }) => slug),
      stock: inStock ? 'in-stock' : 'out',
      // Nobody has reviewed it: it comes last, but it comes.
      rating: product.rating?.average ?? 0,
      created: product.createdAt,
      ...Object.fromEntries(
        prices.map(([currency, { from }]) => [priceField(currency), from]),
      ),
    },
    source: {
      id: product.productId,
      slug: product.slug,
      names: product.names,
      brand: product.brand,
      categories: product.categories,
      prices: product.prices,
      rating: product.rating,
      inStock,
      sample: product.sample,
    },
  };
}
