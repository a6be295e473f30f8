import fc from 'fast-check';
import {
  money,
  priceOrder,
  type PriceOrderOptions,
  type PricedOrder,
  type Promotion,
  sampleTaxTable,
  type TaxCategory,
  unitValue,
} from '../index.ts';

type Row = [sku: string, quantity: number, unit: number, category: TaxCategory];

function price(
  rows: Row[],
  options: Partial<PriceOrderOptions> & { ship?: number } = {},
): PricedOrder {
  const { currency = 'EUR', ship } = options;
  return priceOrder({
    currency,
    pricesIncludeTax: true,
    destination: { country: 'DE' },
    taxTable: sampleTaxTable,
    lines: rows.map(([sku, quantity, unit, taxCategory]) => ({
      sku,
      quantity,
      unitPrice: money(unit, currency),
      taxCategory,
      categories: [taxCategory],
    })),
    shipping: ship === undefined ? undefined : money(ship, currency),
    at: 0,
    ...options,
  });
}

function figures({ lines, shipping, taxes, totals }: PricedOrder) {
  return {
    lines: lines.map(({ net, tax, gross }) => [net, tax, gross].map(Number)),
    shipping: [shipping.net, shipping.tax, shipping.gross].map(Number),
    taxes: taxes.map(({ ratePpm, net, tax }) =>
      [ratePpm / 10_000, net, tax].map(Number),
    ),
    totals: Object.values(totals).map(Number),
  };
}

describe('priceOrder', () => {
  it('Germany, gross, two rates, delivery shares them', () => {
    // Goods 2 x 19.99 = 39.98 at 19 % and 5.49 at 7 %; 45.47.
    // Delivery 4.90 by value: 490 * 3998 / 4547 = 430.84, 490 * 549 / 4547 = 59.16 -> 431 and 59.
    // 19 %: 4429 * 19 / 119 = 707.15 -> 707, of it line 638.19, delivery 68.80 -> 638 and 69.
    //  7 %: 608 * 7 / 107 = 39.78 -> 40, of it line 36.12, delivery 3.88 -> 36 and 4.
    expect(
      figures(
        price(
          [
            ['CUP', 2, 1999, 'standard'],
            ['TEA', 1, 549, 'reduced'],
          ],
          { ship: 490 },
        ),
      ),
    ).toEqual({
      lines: [
        [3360, 638, 3998],
        [513, 36, 549],
      ],
      shipping: [417, 73, 490],
      taxes: [
        [19, 3722, 707],
        [7, 568, 40],
      ],
      // items, discounts, shipping, tax, total
      totals: [4547, 0, 490, 747, 5037],
    });
  });

  it('California, net, each line rounded, delivery untaxed', () => {
    // 29.97 * 7.25 % = 2.172825 -> 2.17; 0.20 * 7.25 % = 0.0145 -> 0.01.
    expect(
      figures(
        price(
          [
            ['CUP', 3, 999, 'standard'],
            ['PIN', 1, 20, 'standard'],
          ],
          {
            currency: 'USD',
            pricesIncludeTax: false,
            destination: { country: 'US', region: 'CA' },
            ship: 500,
          },
        ),
      ),
    ).toEqual({
      lines: [
        [2997, 217, 3214],
        [20, 1, 21],
      ],
      shipping: [500, 0, 500],
      taxes: [
        [7.25, 3017, 218],
        [0, 500, 0],
      ],
      totals: [3017, 0, 500, 218, 3735],
    });
  });

  it('Japan, whole yen, fractions dropped once per rate', () => {
    // Delivery 500 over 1080 : 550 = 331.29 : 168.71 -> 331 and 169.
    //  8 %: 1411 * 8 / 108 = 104.52 -> 104, of it 79.60 and 24.40 -> 80 and 24.
    // 10 %: 719 * 10 / 110 = 65.36 -> 65, of it 49.72 and 15.28 -> 50 and 15.
    expect(
      figures(
        price(
          [
            ['TEA', 1, 1080, 'reduced'],
            ['CUP', 1, 550, 'standard'],
          ],
          { currency: 'JPY', destination: { country: 'JP' }, ship: 500 },
        ),
      ),
    ).toEqual({
      lines: [
        [1000, 80, 1080],
        [500, 50, 550],
      ],
      shipping: [461, 39, 500],
      taxes: [
        [10, 654, 65],
        [8, 1307, 104],
      ],
      totals: [1630, 0, 500, 169, 2130],
    });
  });

  it('Kuwait, fils, no tax', () => {
    // 3 x 1.250 KWD + 2.000 KWD.
    expect(
      figures(
        price([['CUP', 3, 1250, 'standard']], {
          currency: 'KWD',
          destination: { country: 'KW' },
          ship: 2000,
        }),
      ).totals,
    ).toEqual([3750, 0, 2000, 0, 5750]);
  });

  it('taxes what is paid after promotions', () => {
    // Cups 3 x 10.00 less 10 % = 27.00. Order 5.00 off 27.00 + 5.00: 421.875 and 78.125 -> 422 and 78.
    // Cups 22.78, tea 4.22, delivery free.
    // 19 %: 2278 * 19 / 119 = 363.71 -> 364. 7 %: 422 * 7 / 107 = 27.61 -> 28.
    const priced = price(
      [
        ['CUP', 3, 1000, 'standard'],
        ['TEA', 1, 500, 'reduced'],
      ],
      {
        ship: 490,
        codes: ['cups', 'nothing'],
        promotions: [
          promotion(
            'cups',
            'line',
            { kind: 'percentage', ratePpm: 100_000 },
            {
              skus: ['CUP'],
              code: 'CUPS',
            },
          ),
          promotion('five', 'order', {
            kind: 'amount-off',
            amount: 500n,
            currency: 'EUR',
          }),
          promotion('free', 'shipping', { kind: 'free-shipping' }),
        ],
      },
    );
    expect(figures(priced)).toEqual({
      lines: [
        [1914, 364, 2278],
        [394, 28, 422],
      ],
      shipping: [0, 0, 0],
      taxes: [
        [19, 1914, 364],
        [7, 394, 28],
      ],
      totals: [3500, 1290, 490, 392, 2700],
    });
    expect(priced.discounts.map(({ code, amount }) => [code, amount])).toEqual([
      ['CUPS', 300n],
      [undefined, 500n],
      [undefined, 490n],
    ]);
    expect(priced.unusedCodes).toEqual(['nothing']);
    expect(priced.usageClaims.map(({ promotionId }) => promotionId)).toEqual([
      'cups',
      'five',
      'free',
    ]);
  });

  it.each<[string, () => unknown, string]>([
    [
      'a destination it knows nothing of',
      () =>
        price([['CUP', 1, 1, 'standard']], { destination: { country: 'AQ' } }),
      'no-tax-rule',
    ],
    [
      'a line that is there twice',
      () =>
        price([
          ['CUP', 1, 1, 'standard'],
          ['CUP', 1, 1, 'standard'],
        ]),
      'invalid-line',
    ],
    ['no quantity', () => price([['CUP', 0, 1, 'standard']]), 'invalid-line'],
    [
      'a negative price',
      () => price([['CUP', 1, -1, 'standard']]),
      'invalid-line',
    ],
    [
      'a negative price of shipping',
      () => price([['CUP', 1, 1, 'standard']], { ship: -1 }),
      'invalid-line',
    ],
  ])('refuses %s', (_what, act, code) => {
    expect(act).toThrow(expect.objectContaining({ code }));
  });
});

function promotion(
  id: string,
  scope: Promotion['scope'],
  effect: Promotion['effect'],
  conditions: Promotion['conditions'] = {},
): Promotion {
  return {
    id,
    name: { en: id, zh: id },
    scope,
    effect,
    conditions,
    priority: 0,
    exclusivity: 'none',
    limited: true,
  };
}

const categories = fc.constantFrom<TaxCategory>('standard', 'reduced', 'zero');
const percentages = fc.record({
  kind: fc.constant('percentage' as const),
  ratePpm: fc.integer({ min: 1, max: 1_000_000 }),
});
const amountsOff = fc.record({
  kind: fc.constant('amount-off' as const),
  amount: fc.bigInt({ min: 1n, max: 100_000n }),
  currency: fc.constant('EUR'),
});
const effects: Record<Promotion['scope'], fc.Arbitrary<Promotion['effect']>> = {
  line: fc.oneof(
    percentages,
    amountsOff,
    fc.record({
      kind: fc.constant('buy-x-get-y' as const),
      buy: fc.integer({ min: 1, max: 3 }),
      get: fc.integer({ min: 1, max: 3 }),
      ratePpm: fc.integer({ min: 1, max: 1_000_000 }),
    }),
  ),
  order: fc.oneof(percentages, amountsOff),
  shipping: fc.oneof(
    percentages,
    amountsOff,
    fc.constant({ kind: 'free-shipping' as const }),
  ),
};
const promotions = fc
  .constantFrom('line' as const, 'order' as const, 'shipping' as const)
  .chain(scope =>
    fc.record<Promotion>({
      id: fc.uuid(),
      name: fc.constant({ en: 'p', zh: 'p' }),
      scope: fc.constant(scope),
      priority: fc.integer({ min: 0, max: 2 }),
      exclusivity: fc.constantFrom('none', 'none', 'scope', 'order'),
      effect: effects[scope],
      conditions: fc.constantFrom<Promotion['conditions']>(
        {},
        { categories: ['reduced'] },
        { minimumSubtotal: { amount: 5000n, currency: 'EUR' } },
      ),
      limited: fc.boolean(),
    }),
  );
const orders = fc.record({
  lines: fc.uniqueArray(
    fc.tuple(
      fc.stringMatching(/^[A-Z]{1,4}$/),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 100_000 }),
      categories,
    ),
    { selector: ([sku]) => sku, minLength: 1, maxLength: 8 },
  ),
  ship: fc.option(fc.integer({ min: 0, max: 2000 }), { nil: undefined }),
  pricesIncludeTax: fc.boolean(),
  destination: fc.constantFrom(
    { country: 'DE' },
    { country: 'JP' },
    { country: 'CN' },
    { country: 'US', region: 'CA' },
    { country: 'US', region: 'NY' },
  ),
  promotions: fc.array(promotions, { maxLength: 4 }),
});
const total = (list: readonly bigint[]) => list.reduce((a, b) => a + b, 0n);

describe('any order', () => {
  it('adds up: nothing is lost, gained or negative', () => {
    fc.assert(
      fc.property(orders, ({ lines, ...options }) => {
        const priced = price(lines as Row[], options);
        const parts = [...priced.lines, priced.shipping];
        const { totals } = priced;
        for (const part of parts) {
          expect(part.net >= 0n && part.tax >= 0n).toBe(true);
          expect(part.gross).toBe(part.net + part.tax);
          const paid =
            part.list - total(part.discounts.map(({ amount }) => amount));
          expect(options.pricesIncludeTax ? part.gross : part.net).toBe(paid);
        }
        expect(total(parts.map(({ gross }) => gross))).toBe(totals.total);
        expect(total(parts.map(({ tax }) => tax))).toBe(totals.tax);
        expect(total(priced.taxes.map(({ tax }) => tax))).toBe(totals.tax);
        expect(total(priced.taxes.map(({ net }) => net))).toBe(
          totals.total - totals.tax,
        );
        expect(total(priced.discounts.map(({ amount }) => amount))).toBe(
          totals.discounts,
        );
        expect(totals.total).toBe(
          totals.items -
            totals.discounts +
            totals.shipping +
            (options.pricesIncludeTax ? 0n : totals.tax),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('costs the same whatever the order of its lines and promotions', () => {
    const bySku = ({ lines }: PricedOrder) =>
      [...lines].sort((a, b) => (a.sku < b.sku ? -1 : 1));
    fc.assert(
      fc.property(orders, ({ lines, ...options }) => {
        const one = price(lines as Row[], options);
        const other = price([...lines].reverse() as Row[], {
          ...options,
          promotions: [...options.promotions].reverse(),
        });
        expect(bySku(other)).toEqual(bySku(one));
        expect({ ...other, lines: [] }).toEqual({ ...one, lines: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('is refunded unit by unit to the last minor unit, and not beyond', () => {
    fc.assert(
      fc.property(orders, ({ lines, ...options }) => {
        const {
          lines: priced,
          shipping,
          totals,
        } = price(lines as Row[], options);
        const refunded = priced.flatMap(line =>
          Array.from(
            { length: line.quantity },
            (_, done) => unitValue(line, { done, units: 1 }).gross,
          ),
        );
        expect(total(refunded) + shipping.gross).toBe(totals.total);
      }),
    );
  });
});
