import fc from 'fast-check';
import { rateTable, RATE_VERSIONS } from '../rates/index.ts';
import { addWorkingDays, estimateDelivery } from './estimate.ts';
import { quoteShipping } from './quote.ts';
import { checkRateTable, type RateTable } from './rateTable.ts';
import { CURRENCIES, type Currency } from './types.ts';

const rates = rateTable('2026-11-01');

const quote = (options: {
  country: string;
  postalCode?: string;
  weightGrams?: number;
  amount?: number;
  currency?: Currency;
}) => {
  const { amount = 1000, currency = 'EUR', weightGrams = 400 } = options;
  const outcome = quoteShipping(rates, {
    country: options.country,
    postalCode: options.postalCode,
    weightGrams,
    subtotal: { amount, currency },
  });
  return outcome.ok
    ? outcome.options.map(
        ({ optionId, price, minDays, maxDays }) =>
          `${optionId} ${price.amount} ${price.currency} ${minDays}-${maxDays}`,
      )
    : outcome.reason;
};

describe('a shipping quote', () => {
  // Worked by hand from the table of 1 November 2026.
  it.each([
    [{ country: 'DE' }, ['standard 490 EUR 2-5', 'express 990 EUR 1-2']],
    [
      { country: 'DE', weightGrams: 500 },
      ['standard 490 EUR 2-5', 'express 990 EUR 1-2'],
    ],
    [
      { country: 'DE', weightGrams: 501 },
      ['standard 690 EUR 2-5', 'express 1290 EUR 1-2'],
    ],
    [
      { country: 'DE', amount: 4999 },
      ['standard 490 EUR 2-5', 'express 990 EUR 1-2'],
    ],
    [
      { country: 'DE', amount: 5000 },
      ['standard 0 EUR 2-5', 'express 990 EUR 1-2'],
    ],
    [
      { country: 'JP', currency: 'JPY' as const, amount: 23_999 },
      ['standard 2130 JPY 7-14', 'express 4440 JPY 3-5'],
    ],
    [
      { country: 'JP', currency: 'JPY' as const, amount: 24_000 },
      ['standard 0 JPY 7-14', 'express 4440 JPY 3-5'],
    ],
    [
      { country: 'KW', currency: 'KWD' as const },
      ['standard 4650 KWD 7-14', 'express 9350 KWD 3-6'],
    ],
    [
      { country: 'GB', postalCode: 'SW1A 1AA', currency: 'GBP' as const },
      ['standard 690 GBP 3-7', 'express 1440 GBP 2-3'],
    ],
    // The Hebrides and Hawaii: slower, and never express.
    [
      { country: 'GB', postalCode: 'hs1 2aa', currency: 'GBP' as const },
      ['standard 690 GBP 5-9'],
    ],
    [{ country: 'US', postalCode: '96801' }, ['standard 1190 EUR 11-17']],
    [
      { country: 'US', postalCode: '10001' },
      ['standard 1190 EUR 6-12', 'express 2490 EUR 3-5'],
    ],
    [
      { country: 'DE', weightGrams: 30_000 },
      ['standard 2490 EUR 2-5', 'express 4490 EUR 1-2'],
    ],
    [{ country: 'DE', weightGrams: 30_001 }, 'weight'],
    [{ country: 'AQ' }, 'country'],
  ])('for %j is %j', (request, expected) => {
    expect(quote(request)).toEqual(expected);
  });

  it('never costs less for a heavier parcel, nor more for a dearer basket', () => {
    const countries = rates.zones.flatMap(zone => [...zone.countries]);
    fc.assert(
      fc.property(
        fc.constantFrom(...countries),
        fc.constantFrom(...CURRENCIES),
        fc.integer({ min: 0, max: 30_000 }),
        fc.integer({ min: 0, max: 30_000 }),
        fc.integer({ min: 0, max: 10_000_000 }),
        fc.integer({ min: 0, max: 10_000_000 }),
        (country, currency, g1, g2, a1, a2) => {
          const prices = (weightGrams: number, amount: number) => {
            const outcome = quoteShipping(rates, {
              country,
              weightGrams,
              subtotal: { amount, currency },
            });
            return outcome.ok ? outcome.options.map(({ price }) => price) : [];
          };
          const light = prices(Math.min(g1, g2), a1);
          const heavy = prices(Math.max(g1, g2), a1);
          const dear = prices(g1, Math.max(a1, a2));
          const cheap = prices(g1, Math.min(a1, a2));
          expect(light).toHaveLength(2);
          light.forEach((price, index) => {
            expect(price.currency).toBe(currency);
            expect(price.amount).toBeLessThanOrEqual(heavy[index].amount);
          });
          dear.forEach((price, index) =>
            expect(price.amount).toBeLessThanOrEqual(cheap[index].amount),
          );
        },
      ),
    );
  });
});

describe('a rate table', () => {
  it.each(RATE_VERSIONS)('%s has no gap', version => {
    expect(checkRateTable(rateTable(version))).toEqual([]);
  });

  it('with gaps says each of them', () => {
    const prices = {
      EUR: 500,
      USD: 500,
      GBP: 500,
      JPY: 500,
      KWD: 500,
      CNY: 500,
    };
    const broken: RateTable = {
      version: 'x',
      zones: [
        { zone: 'a', countries: ['DE', 'FR'] },
        { zone: 'b', countries: ['FR'] },
      ],
      options: [
        {
          optionId: 'standard',
          title: { en: '', zh: '' },
          zones: {
            a: {
              minDays: 3,
              maxDays: 2,
              bands: [
                { upToGrams: 500, prices },
                { upToGrams: 500, prices: { ...prices, JPY: 1.5, KWD: 400 } },
              ],
            },
            c: { minDays: 1, maxDays: 1, bands: [] },
          },
        },
      ],
      remoteAreas: [],
    };
    expect(checkRateTable(broken)).toEqual([
      'FR is in a and in b',
      'standard to a has days 3 to 2',
      'standard to a up to 500 g has no price in JPY',
      'standard to a has bands that do not ascend',
      'standard to a gets cheaper above 500 g, which invites splitting',
      'standard names an unknown zone c',
      'standard to c has no weight band',
    ]);
  });
});

describe('a delivery estimate', () => {
  // 26 November 2026 is a Thursday.
  it.each([
    ['2026-11-26T23:59:59Z', 0, '2026-11-26'],
    ['2026-11-26T00:00:00Z', 1, '2026-11-27'],
    ['2026-11-26T00:00:00Z', 2, '2026-11-30'],
    ['2026-11-28T12:00:00Z', 1, '2026-11-30'],
    ['2026-12-31T12:00:00Z', 5, '2027-01-07'],
  ])('from %s in %i working days is %s', (from, days, expected) => {
    expect(addWorkingDays(new Date(from), days).toISOString()).toBe(
      `${expected}T00:00:00.000Z`,
    );
  });

  it('is a range of days', () => {
    expect(
      estimateDelivery({
        from: new Date('2026-11-26T10:00:00Z'),
        minDays: 2,
        maxDays: 5,
      }),
    ).toEqual({ from: '2026-11-30', to: '2026-12-03' });
  });
});
