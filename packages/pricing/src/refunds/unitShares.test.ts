import fc from 'fast-check';
import { unitValue } from './unitShares.ts';

describe('unitValue', () => {
  it('gives every unit a whole share of what was paid, the last one the rest, and tax in proportion', () => {
    // 10.00 net and 1.92 tax, 11.92 gross over 3 units: 3.97 each, the last 3.98.
    // Tax up to each: 192 * 397 / 1192 = 63.9, 192 * 794 / 1192 = 127.9, 192: 63, 64, 65.
    const line = { quantity: 3, net: 1000n, tax: 192n };
    expect([0, 1, 2].map(done => unitValue(line, { done, units: 1 }))).toEqual([
      { net: 334n, tax: 63n, gross: 397n },
      { net: 333n, tax: 64n, gross: 397n },
      { net: 333n, tax: 65n, gross: 398n },
    ]);
    expect(unitValue(line, { done: 0, units: 3 }).gross).toBe(1192n);
    expect(unitValue(line, { done: 1, units: 0 }).gross).toBe(0n);
  });

  it('adds up to what was paid in any portions, never more on the way', () => {
    const lines = fc.record({
      portions: fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 10 }),
      rest: fc.integer({ min: 1, max: 20 }),
      net: fc.bigInt({ min: 0n, max: 10n ** 10n }),
      tax: fc.bigInt({ min: 0n, max: 10n ** 9n }),
    });
    fc.assert(
      fc.property(lines, ({ portions, rest, net, tax }) => {
        const all = [...portions, rest];
        const quantity = all.reduce((a, b) => a + b, 0);
        let done = 0;
        let paid = 0n;
        for (const units of all) {
          const value = unitValue({ quantity, net, tax }, { done, units });
          expect(value.net >= 0n && value.tax >= 0n).toBe(true);
          expect(value.gross).toBe(value.net + value.tax);
          done += units;
          paid += value.gross;
          expect(paid <= net + tax).toBe(true);
        }
        expect(paid).toBe(net + tax);
      }),
    );
  });

  it.each([
    [0, 4],
    [3, 1],
    [-1, 1],
    [0, -1],
    [0, 0.5],
  ])('refuses %s done and %s more of 3', (done, units) => {
    expect(() =>
      unitValue({ quantity: 3, net: 3n, tax: 0n }, { done, units }),
    ).toThrow(RangeError);
  });
});
