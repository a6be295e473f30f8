/** Languages the shop's texts exist in. */
export type Language = 'en' | 'zh';

/** Currencies the price lists exist in. */
export const CURRENCIES = ['EUR', 'USD', 'GBP', 'JPY', 'KWD', 'CNY'] as const;

/** ISO 4217 code of a price list. */
export type Currency = (typeof CURRENCIES)[number];

/** Orders a list can be asked for. */
export const SORTS = [
  'newest',
  'name',
  'price',
  '-price',
  'relevance',
] as const;

/** Order of a list; `relevance` needs a search text. */
export type Sort = (typeof SORTS)[number];

/** An amount in the currency's minor unit (cent, fen, fils). Never a fraction. */
export interface Money {
  amount: number;
  currency: Currency;
}

/** Where a product stands in the shop. */
export interface CategoryRef {
  slug: string;
  name: string;
}

/** Average of the reviews, and how many there are. */
export interface Rating {
  /** 1 to 5, rounded to one decimal. */
  average: number;
  count: number;
}

/** A product as a list shows it. */
export interface ProductSummary {
  id: string;
  slug: string;
  name: string;
  brand: string;
  category: CategoryRef;
  /** Cheapest and dearest variant. */
  price: { from: Money; to: Money };
  variantCount: number;
  sample: boolean;
  /** Absent when ratings are off or nobody has reviewed it. */
  rating?: Rating;
}

/** One thing that can be bought. */
export interface Variant {
  sku: string;
  name: string;
  options: Record<string, string>;
  price: Money;
}

/** A picture, film or paper of a product, wherever it lies. */
export interface Media {
  kind: 'image' | 'video' | 'document';
  url: string;
  /** What it shows, in the language asked for. */
  alt: string;
}

/** A product with all it has. */
export interface Product extends ProductSummary {
  description: string;
  categoryPath: CategoryRef[];
  variants: Variant[];
  media: Media[];
  createdAt: string;
  updatedAt: string;
}

/** A category with those below it. */
export interface CategoryNode extends CategoryRef {
  /** Products in it and below. */
  productCount: number;
  children: CategoryNode[];
}

/** What a list is asked for. */
export interface ProductQuery {
  text?: string;
  category?: string;
  minPrice?: number;
  maxPrice?: number;
  currency: Currency;
  sort: Sort;
  language: Language;
  limit: number;
  cursor?: string;
}

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Given back to get the next page; absent on the last. */
  nextCursor?: string;
}
