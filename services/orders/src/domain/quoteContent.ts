import {
  fromJson,
  priceOrder,
  type Promotion,
  type TaxTable,
} from '@shopfloor/pricing';
import type { Cart, Lookup } from '../clients/shopClients.ts';
import type { PricedContent, QuoteRequest, ShippingOption } from './types.ts';

/** Options of {@link priceQuote}. */
export interface PriceQuoteOptions {
  cart: Cart;
  lookup: Lookup;
  request: QuoteRequest;
  shipping: ShippingOption;
  promotions: readonly Promotion[];
  taxTable: TaxTable;
  /** Epoch milliseconds by the database's clock. */
  at: number;
}

function discountOf(discounts: readonly { amount: bigint }[]): number {
  return discounts.reduce((sum, { amount }) => sum + Number(amount), 0);
}

/**
 * Prices a cart by what products says, never by what the cart or the shopper says.
 *
 * @throws PricingError when the destination has no tax rule
 */
export function priceQuote(options: PriceQuoteOptions): PricedContent {
  const { cart, lookup, request, shipping } = options;
  const bySku = new Map(lookup.items.map(item => [item.sku, item]));
  const priced = priceOrder({
    currency: cart.currency,
    pricesIncludeTax: lookup.pricesIncludeTax,
    destination: request.shippingAddress,
    taxTable: options.taxTable,
    lines: cart.lines.map(({ sku, quantity }) => {
      const item = bySku.get(sku)!;
      return {
        sku,
        quantity,
        unitPrice: fromJson(item.price),
        taxCategory: item.taxCategory,
        categories: item.categories,
      };
    }),
    shipping: fromJson(shipping.price),
    promotions: options.promotions,
    codes: request.promotionCodes,
    at: options.at,
  });
  return {
    pricesIncludeTax: priced.pricesIncludeTax,
    lines: priced.lines.map(line => {
      const item = bySku.get(line.sku)!;
      return {
        sku: line.sku,
        productId: item.productId,
        name: item.name,
        quantity: line.quantity,
        unitPrice: Number(line.unitPrice),
        list: Number(line.list),
        discount: discountOf(line.discounts),
        net: Number(line.net),
        tax: Number(line.tax),
        total: Number(line.gross),
        taxRatePpm: line.ratePpm,
        weightGrams: item.weightGrams,
      };
    }),
    shipping: {
      list: Number(priced.shipping.list),
      net: Number(priced.shipping.net),
      tax: Number(priced.shipping.tax),
      total: Number(priced.shipping.gross),
    },
    totals: {
      items: Number(priced.totals.items),
      discounts: Number(priced.totals.discounts),
      shipping: Number(priced.totals.shipping),
      tax: Number(priced.totals.tax),
      total: Number(priced.totals.total),
    },
    taxes: priced.taxes.map(({ ratePpm, net, tax }) => ({
      ratePpm,
      net: Number(net),
      tax: Number(tax),
    })),
    promotions: priced.discounts.map(({ amount, ...rest }) => ({
      ...rest,
      amount: Number(amount),
    })),
    usageClaims: priced.usageClaims,
    unusedCodes: priced.unusedCodes,
  };
}
