/** Currencies a cart can have; products decides which have price lists. */
export const CURRENCIES = ['EUR', 'USD', 'GBP', 'JPY', 'KWD', 'CNY'] as const;

/** ISO 4217 code. A cart keeps the one it was made with. */
export type Currency = (typeof CURRENCIES)[number];

/** A whole amount of minor units. */
export interface Money {
  amount: number;
  currency: Currency;
}

/** A text in the languages of the shop. */
export interface Texts {
  en: string;
  zh: string;
}

/** What products said about a SKU. */
export interface Offer {
  productId: string;
  name: Texts;
  /** Minor units of the currency that was asked for. */
  unitAmount: number;
}

/** A line as it is kept: the offer is the one its quantity was last set under. */
export interface StoredLine extends Offer {
  sku: string;
  quantity: number;
}

/** A cart as it is kept. Lines are in the order in which they were added. */
export interface StoredCart {
  cartId: string;
  version: number;
  currency: Currency;
  country?: string;
  lines: StoredLine[];
  updatedAt: string;
  expiresAt: string;
}

/** A line as a shopper sees it. */
export interface CartLine {
  sku: string;
  productId: string;
  name: Texts;
  quantity: number;
  unitPrice: Money;
  /** The price when the shopper last set this line, if it is another one now. */
  previousUnitPrice?: Money;
  /** How many can be had now, at most the cap of a line; absent when nobody can say. */
  available?: number;
  /** Present and true: products does not answer, so the price is the last one known. */
  priceStale?: true;
  /** Present and true: the shop no longer sells it; it counts for nothing in the subtotal. */
  discontinued?: true;
}

/** A cart as a shopper sees it. */
export interface Cart {
  cartId: string;
  version: number;
  currency: Currency;
  country?: string;
  lines: CartLine[];
  subtotal: Money;
  updatedAt: string;
  expiresAt: string;
}

/** A cart among its owner's. */
export interface CartSummary {
  cartId: string;
  version: number;
  currency: Currency;
  country?: string;
  /** Units of all lines. */
  quantity: number;
  updatedAt: string;
}

/** How full a cart may be. */
export interface CartLimits {
  /** Most units of one SKU. */
  quantityPerLine: number;
  /** Most units of all lines. */
  quantityPerCart: number;
  /** Most lines; products answers for at most 100 SKUs at once. */
  lines: number;
}

/** A SKU with how many of it. */
export interface WantedLine {
  sku: string;
  quantity: number;
}
