import type { Currency } from './types.ts';

/** A text in the two languages of the shop. */
export interface Texts {
  en: string;
  zh: string;
}

/** Classes of goods that tax rates know. */
export const TAX_CATEGORIES = ['standard', 'reduced', 'zero'] as const;

/** Class of goods that tax rates know. */
export type TaxCategory = (typeof TAX_CATEGORIES)[number];

/** Kinds of media. */
export const MEDIA_KINDS = ['image', 'video', 'document'] as const;

/** A picture, film or paper of a product, wherever it lies. */
export interface Media {
  kind: (typeof MEDIA_KINDS)[number];
  /** https alone. */
  url: string;
  /** What it shows, for who does not see it. */
  alt: Texts;
}

/** A variant as staff edit it. */
export interface VariantDraft {
  sku: string;
  names: Texts;
  /** What a shopper chooses by, in each language; both have equally many. */
  options: { en: Record<string, string>; zh: Record<string, string> };
  taxCategory: TaxCategory;
  weightGrams: number;
}

/** A product as staff edit it: always the whole. */
export interface ProductDraft {
  slug: string;
  /** Slug of a category. */
  category: string;
  brand: string;
  names: Texts;
  descriptions: Texts;
  media: Media[];
  variants: VariantDraft[];
}

/** A product as staff see it. */
export interface CatalogueProduct extends Omit<ProductDraft, 'variants'> {
  productId: string;
  /** Grows with each change; the ETag. */
  version: number;
  state: 'published' | 'archived';
  sample: boolean;
  variants: (VariantDraft & {
    /** What it costs now, in minor units by currency. */
    prices: Partial<Record<Currency, number>>;
  })[];
  createdAt: string;
  updatedAt: string;
}

/** One row of the list that staff see. */
export interface CatalogueEntry {
  productId: string;
  version: number;
  slug: string;
  names: Texts;
  state: 'published' | 'archived';
  sample: boolean;
}

/** A category as staff edit it. */
export interface CategoryDraft {
  names: Texts;
  /** Slug of the category above; absent at the top. */
  parent?: string;
  /** Place among its siblings. */
  position: number;
}

/** A category as staff see it. */
export interface CatalogueCategory extends CategoryDraft {
  slug: string;
  version: number;
}

/** A price list as staff edit it. */
export interface PriceListDraft {
  currency: Currency;
  /** Gross or net; the same for all lists of a currency. */
  pricesIncludeTax: boolean;
  validFrom: string;
  /** Absent: without end. */
  validUntil?: string;
}

/** A price list as staff see it. */
export interface PriceList extends PriceListDraft {
  priceListId: string;
  version: number;
  /** Whether its prices are shown; follows its validity within seconds. */
  applied: boolean;
  /** How many SKUs it prices. */
  priceCount: number;
}

/** One price; without an amount the list no longer prices the SKU. */
export interface PriceChange {
  sku: string;
  /** In the minor unit of the currency. */
  amount?: number;
}

/** What carts and orders need of a SKU. */
export interface LookupItem {
  sku: string;
  productId: string;
  slug: string;
  name: Texts;
  price: { amount: number; currency: Currency };
  taxCategory: TaxCategory;
  weightGrams: number;
  /** Slugs of its category and of those above, the widest first: what promotions go by. */
  categories: string[];
  sample: boolean;
}

/** Answer to a lookup; SKUs that are not sold in the currency are left out. */
export interface LookupResult {
  items: LookupItem[];
  pricesIncludeTax: boolean;
}
