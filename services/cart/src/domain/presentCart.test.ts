import fc from 'fast-check';
import { presentCart, subtotalOf, type PriceAnswer } from './presentCart.ts';
import type { StoredCart } from './types.ts';

const name = { en: 'Oak board', zh: '橡木砧板' };
const cart: StoredCart = {
  cartId: 'c',
  version: 4,
  currency: 'EUR',
  lines: [
    { sku: 'a', quantity: 2, unitAmount: 1895, productId: 'p', name },
    { sku: 'b', quantity: 3, unitAmount: 500, productId: 'q', name },
  ],
  updatedAt: '2026-11-26T10:00:00.000Z',
  expiresAt: '2026-12-26T10:00:00.000Z',
};
const limits = { quantityPerLine: 99, quantityPerCart: 500, lines: 100 };
const offer = (unitAmount: number) => ({ productId: 'p', name, unitAmount });

function present(
  prices: Record<string, PriceAnswer>,
  availability: Record<string, number> = {},
) {
  return presentCart({
    cart,
    prices: new Map(Object.entries(prices)),
    availability: new Map(Object.entries(availability)),
    limits,
  });
}

describe('presentCart', () => {
  it('shows the price of now, and the one before where it changed', () => {
    const shown = present(
      {
        a: { state: 'fresh', offer: offer(1995) },
        b: { state: 'fresh', offer: offer(500) },
      },
      { a: 7, b: 4000 },
    );
    expect(shown.lines[0]).toEqual({
      sku: 'a',
      productId: 'p',
      name,
      quantity: 2,
      unitPrice: { amount: 1995, currency: 'EUR' },
      previousUnitPrice: { amount: 1895, currency: 'EUR' },
      available: 7,
    });
    expect(shown.lines[1]).not.toHaveProperty('previousUnitPrice');
    // At most the cap of a line: how much lies in the warehouse is nobody's business.
    expect(shown.lines[1].available).toBe(99);
    // 2 × 19.95 + 3 × 5.00
    expect(shown.subtotal).toEqual({ amount: 5490, currency: 'EUR' });
  });

  it('shows the last price known when products is down, marked as stale', () => {
    const shown = present({ a: { state: 'stale', offer: offer(1700) } });
    expect(shown.lines.map(line => line.unitPrice.amount)).toEqual([1700, 500]);
    expect(shown.lines.map(line => line.priceStale)).toEqual([true, true]);
    expect(shown.lines[0]).not.toHaveProperty('available');
    // 2 × 17.00 + 3 × 5.00
    expect(shown.subtotal.amount).toBe(4900);
  });

  it('counts nothing for what is no longer sold', () => {
    const shown = present(
      {
        a: { state: 'not-sold' },
        b: { state: 'fresh', offer: offer(500) },
      },
      { a: 3 },
    );
    expect(shown.lines[0]).toMatchObject({ discontinued: true, available: 0 });
    expect(shown.subtotal.amount).toBe(1500);
  });
});

describe('subtotalOf', () => {
  it('is exact up to the largest cart of the largest prices', () => {
    expect(subtotalOf([{ quantity: 1000, unitAmount: 9e12 }])).toBe(9e15);
    expect(Number.isSafeInteger(9e15)).toBe(true);
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            quantity: fc.integer({ min: 1, max: 10 }),
            unitAmount: fc.integer({ min: 0, max: 9e12 }),
          }),
          { maxLength: 100 },
        ),
        lines => {
          const whole = subtotalOf(lines);
          const halves =
            subtotalOf(lines.slice(0, 3)) + subtotalOf(lines.slice(3));
          expect(whole).toBe(halves);
        },
      ),
    );
  });
});
