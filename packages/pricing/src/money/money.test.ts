import fc from 'fast-check';
import {
  add,
  compare,
  currencyExponent,
  divideRounded,
  formatMoney,
  fromJson,
  isCurrency,
  listCurrencies,
  money,
  parseMoney,
  roundCash,
  type RoundingMode,
  subtract,
  sum,
  times,
  toJson,
} from '../index.ts';

describe('currencies', () => {
  it('have the exponents of ISO 4217', () => {
    expect(
      ['EUR', 'USD', 'GBP', 'CNY', 'JPY', 'KRW', 'KWD', 'BHD', 'CLF'].map(
        currencyExponent,
      ),
    ).toEqual([2, 2, 2, 2, 0, 0, 3, 3, 4]);
  });

  it('are each there once, and what is no money of a shop is not there', () => {
    const codes = listCurrencies().map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.every(code => /^[A-Z]{3}$/.test(code))).toBe(true);
    // List one has 17 without, 7 with three and 2 with four digits.
    const count = (exponent: number) =>
      listCurrencies().filter(entry => entry.exponent === exponent).length;
    expect([count(0), count(3), count(4)]).toEqual([17, 7, 2]);
    expect(['XAU', 'XXX', 'XTS', 'DEM', 'HRK', 'eur'].some(isCurrency)).toBe(
      false,
    );
    expect(() => currencyExponent('XXX')).toThrow(/ISO 4217/);
  });
});

describe('money', () => {
  it('reads and writes with the digits of its currency', () => {
    const table: [string, string, bigint, string][] = [
      ['12.3', 'EUR', 1230n, '12.30 EUR'],
      ['-0.05', 'EUR', -5n, '-0.05 EUR'],
      ['1230', 'JPY', 1230n, '1230 JPY'],
      ['1.250', 'KWD', 1250n, '1.250 KWD'],
      ['0', 'KWD', 0n, '0.000 KWD'],
    ];
    for (const [text, currency, amount, written] of table) {
      const read = parseMoney(text, currency);
      expect(read).toEqual({ amount, currency });
      expect(formatMoney(read)).toBe(written);
    }
  });

  it.each([
    ['1.5', 'JPY'],
    ['1.234', 'EUR'],
    ['1,20', 'EUR'],
    ['', 'EUR'],
    ['.5', 'EUR'],
    ['1e3', 'EUR'],
  ])('refuses "%s" as %s', (text, currency) => {
    expect(() => parseMoney(text, currency)).toThrow(RangeError);
  });

  it('refuses to mix currencies, fractions, and what a double cannot hold', () => {
    const euro = money(1, 'EUR');
    const yen = money(1, 'JPY');
    for (const mix of [add, subtract, compare]) {
      expect(() => mix(euro, yen)).toThrow(/do not mix/);
    }
    expect(() => fromJson({ amount: 0.5, currency: 'EUR' })).toThrow(
      RangeError,
    );
    expect(() => times(money(Number.MAX_SAFE_INTEGER, 'EUR'), 2)).toThrow(
      /beyond/,
    );
  });

  it('survives JSON and adds up in any order', () => {
    const amounts = fc.array(
      fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
      {
        maxLength: 20,
      },
    );
    fc.assert(
      fc.property(amounts, list => {
        const all = list.map(amount => money(amount, 'EUR'));
        expect(all.map(toJson).map(fromJson)).toEqual(all);
        expect(sum(all, 'EUR')).toEqual(sum([...all].reverse(), 'EUR'));
      }),
    );
  });
});

describe('rounding', () => {
  it('settles halves as its mode says', () => {
    // Numerator over 2: -2.5, -1.5, -0.5, 0.5, 1.5, 2.5.
    const halves = [-5n, -3n, -1n, 1n, 3n, 5n];
    const rounded = (mode: RoundingMode) =>
      halves.map(half => Number(divideRounded(half, 2n, mode)));
    expect(rounded('half-up')).toEqual([-3, -2, -1, 1, 2, 3]);
    expect(rounded('half-even')).toEqual([-2, -2, 0, 0, 2, 2]);
    expect(rounded('down')).toEqual([-2, -1, 0, 0, 1, 2]);
    expect(() => divideRounded(1n, 0n, 'down')).toThrow(RangeError);
  });

  it('is never further than half a unit, or a whole one downwards', () => {
    const integers = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
    const positive = fc.bigInt({ min: 1n, max: 10n ** 9n });
    fc.assert(
      fc.property(integers, positive, (numerator, denominator) => {
        const magnitude = (value: bigint) => (value < 0n ? -value : value);
        for (const mode of ['half-up', 'half-even'] as const) {
          const off =
            divideRounded(numerator, denominator, mode) * denominator -
            numerator;
          expect(magnitude(off) * 2n <= denominator).toBe(true);
        }
        const down =
          divideRounded(numerator, denominator, 'down') * denominator;
        expect(magnitude(down) <= magnitude(numerator)).toBe(true);
        expect(magnitude(numerator - down) < denominator).toBe(true);
      }),
    );
  });
});

describe('cash', () => {
  it('is rounded to what can be handed over, card amounts are not', () => {
    // 12.97 lies nearer to 12.95, 12.98 nearer to 13.00; 1.25 DKK is half of a 50 øre step.
    const table: [bigint, string, string, bigint][] = [
      [1297n, 'CHF', 'CH', 1295n],
      [1298n, 'CHF', 'CH', 1300n],
      [125n, 'DKK', 'DK', 150n],
      [149n, 'SEK', 'SE', 100n],
      [1299n, 'EUR', 'NL', 1300n],
      [1299n, 'EUR', 'DE', 1299n],
      [1299n, 'EUR', 'CH', 1299n],
      [1299n, 'JPY', 'JP', 1299n],
    ];
    for (const [amount, currency, country, paid] of table) {
      expect(roundCash(money(amount, currency), country).amount).toBe(paid);
    }
  });
});
