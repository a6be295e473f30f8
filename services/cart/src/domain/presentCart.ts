import type {
  Cart,
  CartLimits,
  CartLine,
  Offer,
  StoredCart,
  StoredLine,
} from './types.ts';

/** What is known of a SKU's price: fresh, the last one known, or that it is not sold. */
export type PriceAnswer =
  | { state: 'fresh'; offer: Offer }
  | { state: 'stale'; offer: Offer }
  | { state: 'not-sold' }
  | { state: 'unknown' };

/** Options of {@link presentCart}. */
export interface PresentCartOptions {
  cart: StoredCart;
  /** By SKU. */
  prices: ReadonlyMap<string, PriceAnswer>;
  /** Units to be had by SKU; a SKU that nobody could say anything about is left out. */
  availability: ReadonlyMap<string, number>;
  limits: CartLimits;
}

/**
 * Sum of unit price times quantity. Exact within the caps: at most 1,000 units of
 * at most 9 × 10^12 minor units stay below 2^53.
 */
export function subtotalOf(
  lines: readonly { quantity: number; unitAmount: number }[],
): number {
  return Number(
    lines.reduce(
      (sum, { quantity, unitAmount }) =>
        sum + BigInt(quantity) * BigInt(unitAmount),
      0n,
    ),
  );
}

function presentLine(line: StoredLine, options: PresentCartOptions): CartLine {
  const { cart, prices, availability, limits } = options;
  const { currency } = cart;
  const price = prices.get(line.sku) ?? { state: 'unknown' };
  const offer =
    price.state === 'fresh' || price.state === 'stale' ? price.offer : line;
  const available = availability.get(line.sku);
  const discontinued = price.state === 'not-sold';
  return {
    sku: line.sku,
    productId: offer.productId,
    name: offer.name,
    quantity: line.quantity,
    unitPrice: { amount: offer.unitAmount, currency },
    ...(offer.unitAmount !== line.unitAmount && {
      previousUnitPrice: { amount: line.unitAmount, currency },
    }),
    ...(available !== undefined && {
      available: discontinued ? 0 : Math.min(available, limits.quantityPerLine),
    }),
    ...((price.state === 'stale' || price.state === 'unknown') && {
      priceStale: true as const,
    }),
    ...(discontinued && { discontinued: true as const }),
  };
}

/** A cart with what products and inventory say now, as far as they say anything. */
export function presentCart(options: PresentCartOptions): Cart {
  const { cart } = options;
  const lines = cart.lines.map(line => presentLine(line, options));
  return {
    ...cart,
    lines,
    subtotal: {
      amount: subtotalOf(
        lines
          .filter(({ discontinued }) => !discontinued)
          .map(({ quantity, unitPrice }) => ({
            quantity,
            unitAmount: unitPrice.amount,
          })),
      ),
      currency: cart.currency,
    },
  };
}
