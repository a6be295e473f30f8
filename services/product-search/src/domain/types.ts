/** Languages the shop's texts exist in. */
export type Language = 'en' | 'zh';

/** Currencies that price lists may exist in. */
export const CURRENCIES = ['EUR', 'USD', 'GBP', 'JPY', 'KWD', 'CNY'] as const;

/** ISO 4217 code of a price list. */
export type Currency = (typeof CURRENCIES)[number];

/** Orders a search can be asked for. */
export const SORTS = [
  'relevance',
  'newest',
  'price',
  '-price',
  'rating',
] as const;

/** Order of what is found; `relevance` needs a text. */
export type Sort = (typeof SORTS)[number];

/** A text in both languages. */
export interface Texts {
  en: string;
  zh: string;
}

/** A product as its newest event tells of it. */
export interface ProductData {
  productId: string;
  slug: string;
  deleted: boolean;
  names: Texts;
  descriptions: Texts;
  brand: string;
  categories: { slug: string; names: Texts }[];
  skus: string[];
  /** Cheapest and dearest variant in minor units, by currency. */
  prices: Record<string, { from: number; to: number }>;
  rating?: { average: number; count: number };
  sample: boolean;
  createdAt: string;
}

/** Whether a SKU can be had. */
export type StockState = 'in-stock' | 'low' | 'out';

/** What the index gives back of a product. */
export interface IndexedProduct {
  id: string;
  slug: string;
  names: Texts;
  brand: string;
  categories: { slug: string; names: Texts }[];
  prices: Record<string, { from: number; to: number }>;
  rating?: { average: number; count: number };
  inStock: boolean;
  sample: boolean;
}

/** What somebody looks for. */
export interface ProductSearch {
  text?: string;
  categories?: string[];
  brands?: string[];
  minPrice?: number;
  maxPrice?: number;
  minRating?: number;
  inStock?: boolean;
  currency: Currency;
  sort?: Sort;
  language: Language;
  limit: number;
  cursor?: string;
}

/** An amount in the currency's minor unit. Never a fraction. */
export interface Money {
  amount: number;
  currency: Currency;
}

/** A product as a list of results shows it. */
export interface FoundProduct {
  id: string;
  slug: string;
  name: string;
  brand: string;
  categories: { slug: string; name: string }[];
  price: { from: Money; to: Money };
  rating?: { average: number; count: number };
  inStock: boolean;
  sample: boolean;
}

/** A value to narrow the list by, and how many products have it. */
export interface FacetValue {
  /** What the filter takes. */
  value: string;
  /** What a person reads; absent where it is the value itself. */
  name?: string;
  count: number;
}

/** A range of prices and how many products begin in it. */
export interface PriceRange {
  /** Lowest price of the range. */
  min: number;
  /** Highest price of the range; absent: no upper bound. */
  max?: number;
  count: number;
}

/** What was found. */
export interface SearchResults {
  items: FoundProduct[];
  total: number;
  /** False: more than were counted; `total` and counts are lower bounds. */
  totalIsExact: boolean;
  /** True: nothing has all words, so what lacks one is shown. */
  relaxed: boolean;
  facets: {
    categories: FacetValue[];
    brands: FacetValue[];
    prices: PriceRange[];
    ratings: { min: number; count: number }[];
    inStock: number;
  };
  nextCursor?: string;
}
