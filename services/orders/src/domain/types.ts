import type { OrderState } from './orderProcess.ts';
import type { CapturePolicy } from './paymentReading.ts';

/** Languages the shop writes in. */
export type Language = 'en' | 'zh';

/** Whole minor units of a currency. */
export interface Money {
  amount: number;
  currency: string;
}

/** A text in both languages. */
export interface Localised {
  en: string;
  zh: string;
}

/** Where an order goes. Personal data: never in a log, a span or an event. */
export interface Address {
  name: string;
  line1: string;
  line2?: string;
  city: string;
  region?: string;
  postalCode?: string;
  country: string;
}

/** A line with all it costs, in minor units of the order's currency. */
export interface QuotedLine {
  sku: string;
  productId: string;
  name: Localised;
  quantity: number;
  unitPrice: number;
  /** Quantity times unit price. */
  list: number;
  discount: number;
  net: number;
  tax: number;
  /** What is paid for it. */
  total: number;
  taxRatePpm: number;
  weightGrams: number;
}

/** A way of delivery. */
export interface ShippingOption {
  optionId: string;
  title: Localised;
  price: Money;
  minDays: number;
  maxDays: number;
}

/** A promotion that took something off. */
export interface AppliedPromotion {
  promotionId: string;
  name: Localised;
  code?: string;
  amount: number;
}

/** What a quote fixes; an order keeps it as it is. Amounts in minor units. */
export interface PricedContent {
  pricesIncludeTax: boolean;
  lines: QuotedLine[];
  shipping: { list: number; net: number; tax: number; total: number };
  totals: {
    items: number;
    discounts: number;
    shipping: number;
    tax: number;
    total: number;
  };
  taxes: { ratePpm: number; net: number; tax: number }[];
  promotions: AppliedPromotion[];
  usageClaims: { promotionId: string; uses: number }[];
  unusedCodes: string[];
}

/** What a shopper asks a quote for. */
export interface QuoteRequest {
  cartId: string;
  email: string;
  language: Language;
  shippingAddress: Address;
  shippingOptionId?: string;
  promotionCodes?: string[];
}

/** A stored quote. */
export interface Quote {
  quoteId: string;
  owner: string;
  cartId: string;
  cartVersion: number;
  currency: string;
  expiresAt: string;
  request: QuoteRequest;
  shippingOptionId: string;
  shippingOptions: ShippingOption[];
  content: PricedContent;
  /** How many the cart said can be had, by SKU; a hint, nothing is held yet. */
  available: Record<string, number>;
}

/** Why an order came to nothing, or is in care. */
export interface OrderFailure {
  /** Stable; `insufficient-stock`, `payment-declined`, `cart-changed`, … */
  code: string;
  /** For `insufficient-stock`: the SKUs. */
  skus?: string[];
  /** For `payment-declined`: the provider's reason. */
  declineCode?: string;
}

/** A line of an order with what happened to it. */
export interface OrderLine extends QuotedLine {
  shipped: number;
  returned: number;
}

/** What the process changes of an order. */
export interface OrderProgress {
  state: OrderState;
  version: number;
  attempts: number;
  captured: number;
  refunded: number;
  disputed: number;
  shippedValue: number;
  paymentVersion: number;
  paymentState?: string;
  capturePolicy: CapturePolicy;
  failure?: OrderFailure;
  /** Whether the uses of promotions were given back. */
  usesReturned: boolean;
  careFrom?: OrderState;
  careReason?: string;
  confirmedAt?: string;
  shippedAt?: string;
  /** Milliseconds since it was placed, by the database's clock. */
  ageMs: number;
  /** Milliseconds until the payment must have come; negative when it is too late. Absent while none is awaited. */
  paymentLeftMs?: number;
}

/** What the process has to know of an order. No personal data but the address, which shipments need. */
export interface OrderRecord extends OrderProgress {
  orderId: string;
  orderNumber: string;
  owner: string;
  quoteId: string;
  cartId: string;
  cartVersion: number;
  currency: string;
  total: number;
  content: PricedContent;
  address?: Address;
  shippingOptionId: string;
  paymentId: string;
  shipmentId: string;
  /** Id of the refund with which a void is made good when the money has moved already. */
  compensationId: string;
  placedAt: string;
}

/** An order as its shopper sees it. */
export interface OrderDetails extends OrderRecord {
  email?: string;
  language: Language;
  lines: OrderLine[];
  erased: boolean;
}

/** One entry of the history. */
export interface HistoryEntry {
  at: string;
  from?: OrderState;
  to: OrderState;
  signal: string;
  actor: string;
  detail?: Record<string, unknown>;
}

/** Money that moves at the payment's provider. */
export interface MoneyMove {
  moveId: string;
  orderId: string;
  paymentId: string;
  kind: 'capture' | 'refund';
  amount: number;
  currency: string;
  reason: string;
  /** The last capture: what is left of the authorisation is let go. */
  final: boolean;
  state: 'due' | 'done' | 'failed';
  attempts: number;
}
