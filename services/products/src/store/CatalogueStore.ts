import type {
  CatalogueCategory,
  CatalogueEntry,
  CatalogueProduct,
  CategoryDraft,
  PriceChange,
  PriceList,
  PriceListDraft,
  ProductDraft,
} from '../domain/catalogue.ts';

/** Why a write was refused; nothing was changed then. */
export type Refused =
  | 'not-found'
  | 'version-changed'
  | 'id-reused'
  | 'unknown-category'
  | 'slug-taken'
  | 'sku-taken'
  | 'unknown-parent'
  | 'cycle'
  | 'in-use'
  | 'currency-differs'
  | 'tax-differs';

/** What a write came to. */
export type Written = { outcome: 'done' } | { outcome: Refused };

/** Writes of products. What changed is told to other services in the same transaction. */
export interface ProductWriter {
  /** Once for its id and draft. */
  create(options: {
    productId: string;
    draft: ProductDraft;
    draftHash: string;
  }): Promise<Written>;

  update(options: {
    productId: string;
    version: number;
    draft: ProductDraft;
  }): Promise<Written>;

  /** Takes a product off sale, or puts it back. No change when it is so already. */
  setArchived(options: {
    productId: string;
    version: number;
    archived: boolean;
  }): Promise<Written>;

  /** Deletes a product with its variants, prices and reviews. */
  delete(options: { productId: string; version: number }): Promise<Written>;

  find(productId: string): Promise<CatalogueProduct | undefined>;

  /** At most `rows` products after an id, by id. */
  list(options: {
    after: string;
    rows: number;
    archived?: boolean;
  }): Promise<CatalogueEntry[]>;

  /** Tells of at most so many products that were changed and not told of. @returns how many */
  announce(limit: number): Promise<number>;
}

/** Writes of categories. */
export interface CategoryWriter {
  find(slug: string): Promise<CatalogueCategory | undefined>;

  /** Makes a category when no version is given, else changes it. */
  put(options: {
    slug: string;
    version?: number;
    draft: CategoryDraft;
  }): Promise<Written>;

  delete(options: { slug: string; version: number }): Promise<Written>;
}

/** Writes of price lists. */
export interface PriceListWriter {
  list(): Promise<PriceList[]>;

  find(priceListId: string): Promise<PriceList | undefined>;

  /** Makes a price list when no version is given, else changes when it is valid. */
  put(options: {
    priceListId: string;
    version?: number;
    draft: PriceListDraft;
  }): Promise<Written>;

  /** @returns SKUs that are not known; then nothing was done */
  putPrices(options: {
    priceListId: string;
    version: number;
    prices: readonly PriceChange[];
  }): Promise<Written | { outcome: 'unknown-skus'; skus: string[] }>;

  /** Brings at most one list in step with its validity. @returns whether one was due */
  applyDue(signal?: AbortSignal): Promise<boolean>;
}
