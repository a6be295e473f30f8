import {
  applyPromotions,
  type ApplyPromotionsOptions,
  type Promotion,
  validatePromotion,
} from '../index.ts';

const NOON = Date.UTC(2026, 10, 26, 12);

function promotion(
  id: string,
  changes: Partial<Promotion> & Pick<Promotion, 'scope' | 'effect'>,
): Promotion {
  return {
    id,
    name: { en: id, zh: id },
    priority: 0,
    exclusivity: 'none',
    conditions: {},
    limited: false,
    ...changes,
  };
}

function apply(
  promotions: Promotion[],
  changes: Partial<ApplyPromotionsOptions> = {},
) {
  return applyPromotions({
    lines: [
      { sku: 'CUP', categories: ['tea'], quantity: 4, amount: 1200n },
      { sku: 'POT', categories: ['tea', 'new'], quantity: 1, amount: 3000n },
      { sku: 'MAT', categories: [], quantity: 2, amount: 500n },
    ],
    shipping: 490n,
    currency: 'EUR',
    codes: [],
    at: NOON,
    rounding: 'half-up',
    promotions,
    ...changes,
  });
}

const ten = { kind: 'percentage', ratePpm: 100_000 } as const;
const five = { kind: 'amount-off', amount: 500n, currency: 'EUR' } as const;
const off = (outcome: ReturnType<typeof apply>) =>
  outcome.applied.map(({ promotion: { id }, amount }) => [id, Number(amount)]);

describe('applyPromotions', () => {
  it('lowers lines, then the order, then shipping, each on what is left', () => {
    const outcome = apply([
      promotion('ship-half', {
        scope: 'shipping',
        priority: 9,
        effect: { kind: 'percentage', ratePpm: 500_000 },
      }),
      promotion('order-ten', { scope: 'order', effect: ten }),
      promotion('tea-ten', {
        scope: 'line',
        effect: ten,
        conditions: { categories: ['tea'] },
      }),
    ]);
    // Tea: 120 off 1200, 300 off 3000. Order: 1080 + 2700 + 500 = 4280, 428 off. Shipping: 245.
    expect(off(outcome)).toEqual([
      ['tea-ten', 420],
      ['order-ten', 428],
      ['ship-half', 245],
    ]);
    // 428 over 1080 : 2700 : 500 = 108 : 270 : 50, no remainder.
    expect(outcome.lines).toEqual([
      [
        { promotionId: 'tea-ten', amount: 120n },
        { promotionId: 'order-ten', amount: 108n },
      ],
      [
        { promotionId: 'tea-ten', amount: 300n },
        { promotionId: 'order-ten', amount: 270n },
      ],
      [{ promotionId: 'order-ten', amount: 50n }],
    ]);
  });

  it('gives the cheapest units of every set of a buy-x-get-y', () => {
    const effect = {
      kind: 'buy-x-get-y',
      buy: 2,
      get: 1,
      ratePpm: 1_000_000,
    } as const;
    // 7 units make 2 sets of 3: the two mats at 2.50 are cheaper than cups at 3.00.
    expect(off(apply([promotion('3for2', { scope: 'line', effect })]))).toEqual(
      [['3for2', 500]],
    );
    // Tea alone: 5 units make 1 set, whose cheapest is a cup.
    expect(
      off(
        apply([
          promotion('3for2', {
            scope: 'line',
            effect,
            conditions: { categories: ['tea'] },
          }),
        ]),
      ),
    ).toEqual([['3for2', 300]]);
    // Two pots' worth of sets is out of reach of one pot: nothing, and nobody is excluded.
    expect(
      off(
        apply([
          promotion('pots', {
            scope: 'line',
            effect,
            priority: 9,
            exclusivity: 'order',
            conditions: { skus: ['POT'] },
          }),
          promotion('ten', { scope: 'order', effect: ten }),
        ]),
      ),
    ).toEqual([['ten', 470]]);
  });

  it('spreads an amount off by value and never takes more than there is', () => {
    const outcome = apply([
      promotion('mats', {
        scope: 'line',
        effect: { kind: 'amount-off', amount: 800n, currency: 'EUR' },
        conditions: { skus: ['MAT'] },
      }),
      promotion('five', { scope: 'order', effect: five }),
    ]);
    // Mats are free (500 of 800). 500 over 1200 : 3000 = 142.86 : 357.14.
    expect(off(outcome)).toEqual([
      ['mats', 500],
      ['five', 500],
    ]);
    expect(outcome.lines.map(list => list.map(({ amount }) => amount))).toEqual(
      [[143n], [357n], [500n]],
    );
  });

  it.each<[string, Promotion[], string[]]>([
    [
      'the one of higher priority, when it excludes all others',
      [
        promotion('a', { scope: 'order', effect: five }),
        promotion('b', {
          scope: 'line',
          effect: ten,
          priority: 1,
          exclusivity: 'order',
        }),
      ],
      ['b'],
    ],
    [
      'not an exclusive one after another has applied',
      [
        promotion('a', { scope: 'order', effect: five, priority: 2 }),
        promotion('b', { scope: 'line', effect: ten, exclusivity: 'order' }),
      ],
      ['a'],
    ],
    [
      'one of a scope and those of other scopes',
      [
        promotion('a', {
          scope: 'order',
          effect: five,
          priority: 3,
          exclusivity: 'scope',
        }),
        promotion('b', { scope: 'order', effect: ten, priority: 2 }),
        promotion('c', {
          scope: 'shipping',
          effect: { kind: 'free-shipping' },
        }),
      ],
      ['a', 'c'],
    ],
    [
      'by id when priorities are equal',
      [
        promotion('b', { scope: 'order', effect: five, exclusivity: 'scope' }),
        promotion('a', { scope: 'order', effect: five, exclusivity: 'scope' }),
      ],
      ['a'],
    ],
  ])('applies %s', (_what, promotions, ids) => {
    expect(off(apply(promotions)).map(([id]) => id)).toEqual(ids);
  });

  it.each<[string, Promotion['conditions'], boolean]>([
    ['a minimum that is met', { minimumSubtotal: eur(4700n) }, true],
    ['a minimum that is missed', { minimumSubtotal: eur(4701n) }, false],
    [
      'a minimum in another currency',
      { minimumSubtotal: { amount: 1n, currency: 'USD' } },
      false,
    ],
    ['a code that was given', { code: 'Tea10' }, true],
    ['a code that was not given', { code: 'tea20' }, false],
    ['a beginning that has come', { from: NOON }, true],
    ['a beginning to come', { from: NOON + 1 }, false],
    ['an end to come', { until: NOON + 1 }, true],
    ['an end that has come', { until: NOON }, false],
    ['SKUs that are there', { skus: ['MAT'] }, true],
    ['SKUs that are not there', { skus: ['HAT'] }, false],
  ])('looks at %s', (_what, conditions, applies) => {
    const outcome = apply(
      [
        promotion('p', {
          scope: 'order',
          effect: ten,
          conditions,
          limited: true,
        }),
      ],
      { codes: ['TEA10'] },
    );
    expect(outcome.applied).toHaveLength(applies ? 1 : 0);
    expect(outcome.usageClaims).toEqual(
      applies ? [{ promotionId: 'p', uses: 1 }] : [],
    );
    expect(outcome.unusedCodes).toEqual(
      conditions.code && applies ? [] : ['TEA10'],
    );
  });

  it('is refused when its parts do not go together', () => {
    const fields = (given: Promotion) =>
      validatePromotion(given).map(({ field }) => field);
    expect(fields(promotion('a', { scope: 'order', effect: ten }))).toEqual([]);
    expect(
      fields(
        promotion('a', { scope: 'order', effect: { kind: 'free-shipping' } }),
      ),
    ).toEqual(['effect/kind']);
    expect(
      fields(
        promotion('a', {
          scope: 'line',
          effect: { kind: 'percentage', ratePpm: 1_000_001 },
          conditions: { from: 2, until: 2 },
        }),
      ),
    ).toEqual(['effect/ratePpm', 'conditions/until']);
    expect(
      fields(
        promotion('a', {
          scope: 'line',
          effect: { kind: 'amount-off', amount: 0n, currency: 'XXX' },
        }),
      ),
    ).toEqual(['effect/amount', 'effect/currency']);
  });
});

function eur(amount: bigint) {
  return { amount, currency: 'EUR' };
}
