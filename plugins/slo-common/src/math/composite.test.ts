import fc from 'fast-check';
import { budgetLeft, burnRate, serviceLevel } from './budget';
import { combineParts } from './composite';

describe('composite of weighted parts', () => {
  it('is the weighted mean of levels against that of targets', () => {
    // Weights 3 and 1. Levels 99.9 % of a million and 90 % of a hundred: (3 x 0.999 + 0.9) / 4 = 0.97425.
    // Targets 99.9 % and 95 %: (3 x 0.999 + 0.95) / 4 = 0.98675. Bad 0.02575 of 0.01325 allowed: burns at 1.943396.
    const { counts, target, unknownParts } = combineParts([
      { counts: { bad: 1_000, total: 1_000_000 }, target: 0.999, weight: 3 },
      { counts: { bad: 10, total: 100 }, target: 0.95, weight: 1 },
    ]);
    expect(unknownParts).toEqual([]);
    expect(target).toBe(0.98675);
    expect(serviceLevel(counts!)).toBeCloseTo(0.97425, 12);
    expect(burnRate(counts!, target)).toBeCloseTo(0.02575 / 0.01325, 9);
    expect(budgetLeft(counts!, target)).toBeCloseTo(1 - 0.02575 / 0.01325, 9);
  });

  it('takes the target of a journey', () => {
    const { counts, target } = combineParts(
      [{ counts: { bad: 1, total: 100 }, target: 0.9, weight: 2 }],
      { target: 0.98 },
    );
    // Half of the 2 % are spent.
    expect(budgetLeft(counts!, target)).toBeCloseTo(0.5, 9);
  });

  it('is unknown while one part is', () => {
    const known = { counts: { bad: 0, total: 5 }, target: 0.9, weight: 1 };
    expect(
      combineParts([
        known,
        { target: 0.9, weight: 1 },
        { counts: { bad: 0, total: 0 }, target: 0.9, weight: 1 },
      ]),
    ).toEqual({ target: 0.9, unknownParts: [1, 2] });
    expect(combineParts([]).counts).toBeUndefined();
  });

  it('keeps its promise when every part does, and lies between its parts', () => {
    const part = fc
      .tuple(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(0.9, 0.95, 0.99, 0.999),
        fc.integer({ min: 1, max: 9 }),
      )
      .map(([total, share, target, weight]) => ({
        counts: { bad: share * total, total },
        target,
        weight,
      }));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), parts => {
        const { counts, target } = combineParts(parts);
        const levels = parts.map(({ counts: own }) => serviceLevel(own)!);
        const level = serviceLevel(counts!)!;
        expect(level).toBeGreaterThanOrEqual(Math.min(...levels) - 1e-9);
        expect(level).toBeLessThanOrEqual(Math.max(...levels) + 1e-9);
        const kept = parts.every((own, index) => levels[index] >= own.target);
        expect(!kept || level >= target - 1e-9).toBe(true);
      }),
    );
  });
});
