import { computeTax, sampleTaxTable, type TaxRule } from '../index.ts';

const rule = (changes: Partial<TaxRule>): TaxRule => ({
  rates: { standard: 190_000, reduced: 70_000, zero: 0 },
  level: 'total',
  rounding: 'half-up',
  shipping: 'follows-goods',
  ...changes,
});

describe('computeTax', () => {
  // Three lines of 0.99 gross at 19 %: each holds 0.99 * 19 / 119 = 0.1581.
  const bases = ['a', 'b', 'c'].map(key => ({
    key,
    amount: 99n,
    ratePpm: 190_000,
  }));

  it('rounds by line or once for all lines of a rate', () => {
    const taxes = (level: TaxRule['level'], given = bases) =>
      computeTax({
        bases: given,
        pricesIncludeTax: true,
        rule: rule({ level }),
      }).map(({ tax }) => Number(tax));
    // By line: 15.81 -> 16 each, 48. In total: 297 * 19 / 119 = 47.42 -> 47, and c is last in line.
    expect(taxes('line')).toEqual([16, 16, 16]);
    expect(taxes('total')).toEqual([16, 16, 15]);
  });

  it('adds tax to net prices and finds it in gross ones', () => {
    const one = [{ key: 'a', amount: 1000n, ratePpm: 190_000 }];
    // Net 10.00 + 1.90; gross 10.00 holds 10.00 * 19 / 119 = 1.5966.
    expect(
      computeTax({ bases: one, pricesIncludeTax: false, rule: rule({}) }),
    ).toEqual([{ net: 1000n, tax: 190n }]);
    expect(
      computeTax({ bases: one, pricesIncludeTax: true, rule: rule({}) }),
    ).toEqual([{ net: 840n, tax: 160n }]);
  });

  it('keeps the mode of the country', () => {
    // 0.50 net at 5 % is 2.5 cents.
    const half = [{ key: 'a', amount: 50n, ratePpm: 50_000 }];
    const tax = (rounding: TaxRule['rounding']) =>
      computeTax({
        bases: half,
        pricesIncludeTax: false,
        rule: rule({ rounding }),
      })[0].tax;
    expect([tax('half-up'), tax('half-even'), tax('down')]).toEqual([
      3n,
      2n,
      2n,
    ]);
  });
});

describe('the sample table', () => {
  it('knows the destinations of the shop', () => {
    const standard = (country: string, region?: string) =>
      sampleTaxTable.find({ country, region })?.rates.standard;
    expect(standard('DE')).toBe(190_000);
    expect(standard('FI')).toBe(255_000);
    expect(standard('CH')).toBe(81_000);
    expect(standard('KW')).toBe(0);
    expect(standard('US', 'CA')).toBe(72_500);
    expect(standard('US', 'ca')).toBe(72_500);
    expect(standard('US', 'OR')).toBe(0);
    expect(standard('US', 'MN')).toBe(68_750);
    expect(sampleTaxTable.find({ country: 'FR' })?.rates.reduced).toBe(55_000);
  });

  it('has every state of the US, and none without one', () => {
    const states =
      'AL AK AZ AR CA CO CT DC DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY';
    for (const region of states.split(' ')) {
      expect(sampleTaxTable.find({ country: 'US', region })).toBeDefined();
    }
    expect(sampleTaxTable.find({ country: 'US' })).toBeUndefined();
    expect(
      sampleTaxTable.find({ country: 'US', region: 'ZZ' }),
    ).toBeUndefined();
    expect(sampleTaxTable.find({ country: 'AQ' })).toBeUndefined();
  });
});
