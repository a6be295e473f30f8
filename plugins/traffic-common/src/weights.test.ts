import fc from 'fast-check';
import {
  explainInvalidWeights,
  rebalance,
  sharesOf,
  toPercentages,
} from './weights';

describe('shares of weights', () => {
  // Worked by hand: Istio divides each weight by the sum of all.
  it.each([
    [
      [90, 10],
      [0.9, 0.1],
      [90, 10],
    ],
    [
      [1, 7],
      [0.125, 0.875],
      [13, 87],
    ],
    [
      [1, 1, 1],
      [1 / 3, 1 / 3, 1 / 3],
      [34, 33, 33],
    ],
    [
      [0, 100],
      [0, 1],
      [0, 100],
    ],
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    [
      [1, 999],
      [0.001, 0.999],
      [0, 100],
    ],
  ])('reads %p as shares %p and percentages %p', (weights, shares, whole) => {
    sharesOf(weights).forEach((share, i) =>
      expect(share).toBeCloseTo(shares[i], 12),
    );
    expect(toPercentages(weights)).toEqual(whole);
  });

  it('keeps percentages whole, within 1 of the share, summing to 100, and nothing for weight 0', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 8 }),
        weights => {
          fc.pre(weights.some(weight => weight > 0));
          const percentages = toPercentages(weights);
          expect(percentages.reduce((a, b) => a + b, 0)).toBe(100);
          sharesOf(weights).forEach((share, i) => {
            expect(Number.isInteger(percentages[i])).toBe(true);
            expect(Math.abs(percentages[i] - share * 100)).toBeLessThan(1);
            expect(weights[i] === 0 && percentages[i] !== 0).toBe(false);
          });
        },
      ),
    );
  });
});

describe('moving one percentage', () => {
  it.each([
    [[100, 0], 1, 10, [90, 10]],
    [[90, 10], 0, 100, [100, 0]],
    [[100, 0, 0], 0, 40, [40, 30, 30]],
    [[60, 30, 10], 2, 40, [40, 20, 40]],
    [[50, 50], 0, 130, [100, 0]],
    [[50, 50], 1, -5, [100, 0]],
    [[100], 0, 20, [100]],
  ])('of %p: index %p to %p gives %p', (from, index, value, to) => {
    expect(rebalance(from, index, value)).toEqual(to);
  });

  it('always sums to 100 with each from 0 to 100, and sets what was asked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 100 }), { minLength: 2, maxLength: 6 }),
        fc.nat(5),
        fc.nat(100),
        (weights, at, value) => {
          fc.pre(weights.some(weight => weight > 0));
          const index = at % weights.length;
          const result = rebalance(toPercentages(weights), index, value);
          expect(result[index]).toBe(value);
          expect(result.reduce((a, b) => a + b, 0)).toBe(100);
          expect(result.every(part => part >= 0 && part <= 100)).toBe(true);
          const named = result.map((weight, i) => ({
            subset: `v${i}`,
            weight,
          }));
          expect(explainInvalidWeights(named)).toBeUndefined();
        },
      ),
    );
  });
});

describe('weights that cannot be sent', () => {
  it.each([
    [[], /name every subset/],
    [[['v1', 50]], /sum to 50/],
    [
      [
        ['v1', 99.5],
        ['v2', 0.5],
      ],
      /whole number/,
    ],
    [
      [
        ['v1', 101],
        ['v2', -1],
      ],
      /whole number/,
    ],
    [
      [
        ['v1', 50],
        ['v1', 50],
      ],
      /twice/,
    ],
  ] as Array<[Array<[string, number]>, RegExp]>)('%p', (pairs, message) => {
    const weights = pairs.map(([subset, weight]) => ({ subset, weight }));
    expect(explainInvalidWeights(weights)).toMatch(message);
  });
});
