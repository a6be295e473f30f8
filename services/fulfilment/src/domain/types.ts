/** Currencies the shop has price lists in. */
export const CURRENCIES = ['EUR', 'USD', 'GBP', 'JPY', 'KWD', 'CNY'] as const;

/** A currency of a price list, ISO 4217. */
export type Currency = (typeof CURRENCIES)[number];

/** Whole minor units of a currency. */
export interface Money {
  amount: number;
  currency: Currency;
}

/** Ways of delivery a shopper can choose. */
export const OPTION_IDS = ['standard', 'express'] as const;

/** A way of delivery. */
export type OptionId = (typeof OPTION_IDS)[number];

/** A text in the shop's two languages. */
export interface Localised {
  en: string;
  zh: string;
}

/** Where a shipment goes. Personal data: never in a log, a span or an event. */
export interface Address {
  name: string;
  line1: string;
  line2?: string;
  city: string;
  region?: string;
  postalCode?: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
}

/** A quantity of one SKU. */
export interface Line {
  sku: string;
  quantity: number;
}

/** The days between which a shipment arrives, ISO dates in UTC. */
export interface DeliveryEstimate {
  from: string;
  to: string;
}

/** A moment of a parcel's way. */
export type TrackingCode =
  'booked' | 'dispatched' | 'in-transit' | 'delivered' | 'lost' | 'cancelled';
