import { allocate } from '../allocation/allocate.ts';
import { type Money, money } from '../money/Money.ts';
import {
  applyPromotions,
  type DiscountShare,
} from '../promotions/applyPromotions.ts';
import type { Promotion, UsageClaim } from '../promotions/types.ts';
import { computeTax } from '../tax/computeTax.ts';
import type {
  Destination,
  TaxCategory,
  TaxRule,
  TaxTable,
} from '../tax/TaxTable.ts';

/** A line to price. */
export interface OrderLineInput {
  /** Unique among the lines. */
  sku: string;
  /** At least 1. */
  quantity: number;
  unitPrice: Money;
  taxCategory: TaxCategory;
  categories?: readonly string[];
}

/** Options of {@link priceOrder}. */
export interface PriceOrderOptions {
  currency: string;
  /** Whether the price list, and the price of shipping, contain tax. */
  pricesIncludeTax: boolean;
  destination: Destination;
  taxTable: TaxTable;
  lines: readonly OrderLineInput[];
  /** Absent while no way of delivery is chosen. */
  shipping?: Money;
  promotions?: readonly Promotion[];
  /** Codes the shopper gave. */
  codes?: readonly string[];
  /** Epoch milliseconds by the database's clock, for the dates of promotions. */
  at: number;
}

/** What a thing costs once everything is counted. `net + tax` is `gross`. */
export interface PricedAmount {
  /** At list price. */
  list: bigint;
  discounts: DiscountShare[];
  net: bigint;
  tax: bigint;
  /** What is paid for it. */
  gross: bigint;
}

/** A priced line. */
export interface PricedLine extends PricedAmount {
  sku: string;
  quantity: number;
  unitPrice: bigint;
  taxCategory: TaxCategory;
  ratePpm: number;
}

/** The tax of one rate. */
export interface TaxTotal {
  ratePpm: number;
  net: bigint;
  tax: bigint;
}

/** Sums of an order. Gross list: total = items - discounts + shipping; net list: the same plus tax. */
export interface OrderTotals {
  /** Goods at list prices. */
  items: bigint;
  /** Everything taken off, from shipping as well. */
  discounts: bigint;
  /** Shipping at its list price. */
  shipping: bigint;
  /** Tax, on top of or contained in the rest. */
  tax: bigint;
  /** What is paid. */
  total: bigint;
}

/** A priced order, all amounts in minor units of its currency. */
export interface PricedOrder {
  currency: string;
  pricesIncludeTax: boolean;
  lines: PricedLine[];
  shipping: PricedAmount;
  /** Promotions that took something off. */
  discounts: {
    promotionId: string;
    name: { en: string; zh: string };
    code?: string;
    amount: bigint;
  }[];
  taxes: TaxTotal[];
  totals: OrderTotals;
  usageClaims: UsageClaim[];
  unusedCodes: string[];
}

/** Why an order cannot be priced. */
export class PricingError extends Error {
  /** `no-tax-rule`: nothing is known of the destination. `invalid-line`: a line makes no sense. */
  readonly code: 'no-tax-rule' | 'invalid-line';

  constructor(code: PricingError['code'], message: string) {
    super(message);
    this.name = 'PricingError';
    this.code = code;
  }
}

function checkLines({ lines, currency, shipping }: PriceOrderOptions): void {
  const seen = new Set<string>();
  for (const { sku, quantity, unitPrice } of lines) {
    if (
      seen.has(sku) ||
      !Number.isSafeInteger(quantity) ||
      quantity < 1 ||
      unitPrice.currency !== currency ||
      unitPrice.amount < 0n
    ) {
      throw new PricingError(
        'invalid-line',
        `Line ${sku} must be there once, with a positive quantity and a price in ${currency}`,
      );
    }
    seen.add(sku);
  }
  if (shipping && (shipping.currency !== currency || shipping.amount < 0n)) {
    throw new PricingError(
      'invalid-line',
      `Shipping must have a price in ${currency}`,
    );
  }
}

function total(shares: readonly { amount: bigint }[]): bigint {
  return shares.reduce((all, { amount }) => all + amount, 0n);
}

/** Splits shipping over the rates of the goods by their value, and is one part at rate 0 where it is not taxed. */
function shippingParts(
  amount: bigint,
  goods: readonly { ratePpm: number; amount: bigint }[],
  rule: TaxRule,
): { ratePpm: number; amount: bigint }[] {
  if (rule.shipping === 'none') {
    return [{ ratePpm: 0, amount }];
  }
  const byRate = new Map<number, bigint>();
  for (const { ratePpm, amount: value } of goods) {
    byRate.set(ratePpm, (byRate.get(ratePpm) ?? 0n) + value);
  }
  const receivers = [...byRate].map(([ratePpm, weight]) => ({
    ratePpm,
    key: String(ratePpm),
    weight,
  }));
  if (receivers.every(({ weight }) => weight === 0n)) {
    // Goods that are given away: delivery is taxed as standard goods are.
    return [{ ratePpm: rule.rates.standard, amount }];
  }
  const shares = allocate(amount, receivers);
  return receivers.map(({ ratePpm }, index) => ({
    ratePpm,
    amount: shares[index],
  }));
}

function sumTaxes(
  parts: readonly { ratePpm: number; net: bigint; tax: bigint }[],
): TaxTotal[] {
  const byRate = new Map<number, TaxTotal>();
  for (const { ratePpm, net, tax } of parts) {
    const sum = byRate.get(ratePpm) ?? { ratePpm, net: 0n, tax: 0n };
    byRate.set(ratePpm, { ratePpm, net: sum.net + net, tax: sum.tax + tax });
  }
  return [...byRate.values()]
    .filter(({ net, tax }) => net > 0n || tax > 0n)
    .sort((a, b) => b.ratePpm - a.ratePpm);
}

/**
 * Prices an order: list prices, promotions, shipping, tax by destination. Every
 * amount is a whole minor unit, and every sum is the sum of its parts.
 *
 * @throws PricingError when the destination has no tax rule or a line makes no sense
 */
export function priceOrder(options: PriceOrderOptions): PricedOrder {
  checkLines(options);
  const { currency, destination, lines, pricesIncludeTax } = options;
  const rule = options.taxTable.find(destination);
  if (!rule) {
    throw new PricingError(
      'no-tax-rule',
      `No tax rule for ${destination.country}${destination.region ? `-${destination.region}` : ''}`,
    );
  }
  const shippingList = options.shipping?.amount ?? 0n;
  const listed = lines.map(line => ({
    sku: line.sku,
    categories: line.categories ?? [],
    quantity: line.quantity,
    amount: line.unitPrice.amount * BigInt(line.quantity),
  }));
  const outcome = applyPromotions({
    lines: listed,
    shipping: shippingList,
    currency,
    promotions: options.promotions ?? [],
    codes: options.codes ?? [],
    at: options.at,
    rounding: rule.rounding,
  });
  const goods = listed.map((line, index) => ({
    key: line.sku,
    amount: line.amount - total(outcome.lines[index]),
    ratePpm: rule.rates[lines[index].taxCategory],
  }));
  const delivery = shippingParts(
    shippingList - total(outcome.shipping),
    goods,
    rule,
  ).map(part => ({ ...part, key: `~shipping ${part.ratePpm}` }));
  const bases = [...goods, ...delivery];
  const shares = computeTax({ bases, pricesIncludeTax, rule });

  const pricedLines = lines.map((line, index): PricedLine => {
    const { net, tax } = shares[index];
    return {
      sku: line.sku,
      quantity: line.quantity,
      unitPrice: line.unitPrice.amount,
      taxCategory: line.taxCategory,
      ratePpm: goods[index].ratePpm,
      list: listed[index].amount,
      discounts: outcome.lines[index],
      net,
      tax,
      gross: net + tax,
    };
  });
  const shippingShares = shares.slice(lines.length);
  const net = shippingShares.reduce((all, share) => all + share.net, 0n);
  const tax = shippingShares.reduce((all, share) => all + share.tax, 0n);
  const shipping: PricedAmount = {
    list: shippingList,
    discounts: outcome.shipping,
    net,
    tax,
    gross: net + tax,
  };
  const totals: OrderTotals = {
    items: total(listed),
    discounts: total(outcome.applied),
    shipping: shippingList,
    tax: shares.reduce((all, share) => all + share.tax, 0n),
    total: shares.reduce((all, share) => all + share.net + share.tax, 0n),
  };
  // A total beyond what JSON carries exactly is refused here, not truncated later.
  money(totals.total, currency);
  return {
    currency,
    pricesIncludeTax,
    lines: pricedLines,
    shipping,
    discounts: outcome.applied.map(({ promotion, amount }) => ({
      promotionId: promotion.id,
      name: promotion.name,
      code: promotion.conditions.code,
      amount,
    })),
    taxes: sumTaxes(
      shares.map((share, index) => ({
        ...share,
        ratePpm: bases[index].ratePpm,
      })),
    ),
    totals,
    usageClaims: outcome.usageClaims,
    unusedCodes: outcome.unusedCodes,
  };
}
