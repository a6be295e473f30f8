import type { LookupResult } from '../domain/catalogue.ts';
import type { FlatCategory } from '../domain/categoryTree.ts';
import type { Position } from '../domain/cursor.ts';
import type {
  Currency,
  Language,
  Product,
  ProductQuery,
  ProductSummary,
} from '../domain/types.ts';

/** One row of a list with its place in the order. */
export interface PositionedProduct {
  product: ProductSummary;
  position: Position;
}

/** One state of a product. Whatever changes what shoppers see of it raises its version in the same transaction. */
export interface ProductVersion {
  id: string;
  version: number;
}

/** Reads of the shop's products. */
export interface ProductStore {
  /** At most `query.limit + 1` products after a position, in the order of the query. */
  list(
    query: ProductQuery,
    after: Position | undefined,
  ): Promise<PositionedProduct[]>;

  /** A product by its id or slug, with its version; undefined when there is none. */
  find(options: {
    idOrSlug: string;
    currency: Currency;
    language: Language;
  }): Promise<{ product: Product; version: number } | undefined>;

  /** Which versions products have, by the ids or slugs that were asked for; those that are not there are left out. */
  versions(
    idsOrSlugs: readonly string[],
  ): Promise<ReadonlyMap<string, ProductVersion>>;

  /** Every category, parents before children, with the products directly in it. */
  categories(language: Language): Promise<FlatCategory[]>;

  /** Whether a category exists. */
  hasCategory(slug: string): Promise<boolean>;

  /** The id of a product by its id or slug; undefined when there is none, or none on sale. */
  resolve(options: {
    idOrSlug: string;
    /** Whether one off sale counts. */
    archived: boolean;
  }): Promise<string | undefined>;

  /** What carts and orders need of some SKUs; those that are not sold in the currency are left out. */
  lookup(options: {
    skus: readonly string[];
    currency: Currency;
  }): Promise<LookupResult>;
}
