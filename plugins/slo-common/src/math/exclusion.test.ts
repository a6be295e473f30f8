import fc from 'fast-check';
import { EventCounts } from './budget';
import { excludeStretch } from './exclusion';

const of = (bad: number, total: number): EventCounts => ({ bad, total });

describe('a budget with and without a past stretch', () => {
  // By hand, at 99 %: 40 bad of 10,000 leave 1 - 40 / 100 = 60 %; the stretch holds 30 of 1,000; without it 10 of 9,000
  // leave 1 - 10 / 90.
  it.each([
    ['asked for', true, of(40, 10_000)],
    ['in force', false, of(10, 9_000)],
  ])('%s', (_, windowHolds, window) => {
    const { counted, excluded, stretch } = excludeStretch({
      parts: [{ target: 0.99, weight: 1, window, stretch: of(30, 1_000) }],
      target: 0.99,
      weighted: false,
      windowHolds,
    });
    expect(counted.counts).toEqual(of(40, 10_000));
    expect(counted.serviceLevel).toBeCloseTo(0.996, 12);
    expect(counted.budgetLeft).toBeCloseTo(0.6, 12);
    expect(excluded.counts).toEqual(of(10, 9_000));
    expect(excluded.budgetLeft).toBeCloseTo(80 / 90, 12);
    expect(stretch).toEqual(of(30, 1_000));
  });

  it('of a weighted whole takes it from each part, then weighs', () => {
    const parts = [
      // 10 % bad of weight 3; without the stretch 0 %.
      { weight: 3, target: 0.9, window: of(10, 100), stretch: of(10, 50) },
      // 20 % bad of weight 1, untouched.
      { weight: 1, target: 0.9, window: of(2, 10), stretch: of(0, 0) },
    ];
    const { counted, excluded, stretch } = excludeStretch({
      parts,
      target: 0.9,
      weighted: true,
      windowHolds: true,
    });
    // bad = 3 x 0.1 + 1 x 0.2 of 4; 1 - 0.5 / 0.4.
    expect(counted.counts!.bad).toBeCloseTo(0.5, 12);
    expect(counted.budgetLeft).toBeCloseTo(-0.25, 9);
    // bad = 0.2 of 4; 1 - 0.2 / 0.4.
    expect(excluded.counts!.bad).toBeCloseTo(0.2, 12);
    expect(excluded.budgetLeft).toBeCloseTo(0.5, 9);
    expect(stretch).toBeUndefined();
  });

  it('is not known where nothing else was', () => {
    const { excluded } = excludeStretch({
      parts: [
        { weight: 1, target: 0.9, window: of(5, 50), stretch: of(5, 50) },
      ],
      target: 0.9,
      weighted: false,
      windowHolds: true,
    });
    expect(excluded).toEqual({
      counts: of(0, 0),
      serviceLevel: undefined,
      budgetLeft: undefined,
    });
  });

  it('is the same asked for and in force, and never more than there was', () => {
    const count = fc
      .tuple(fc.nat(1_000), fc.nat(1_000))
      .map(([bad, good]) => of(bad, bad + good));
    fc.assert(
      fc.property(count, count, (rest, stretch) => {
        const whole = of(rest.bad + stretch.bad, rest.total + stretch.total);
        const told = (window: EventCounts, windowHolds: boolean) =>
          excludeStretch({
            parts: [{ weight: 1, target: 0.95, window, stretch }],
            target: 0.95,
            weighted: false,
            windowHolds,
          });
        expect(told(whole, true)).toEqual(told(rest, false));
        expect(told(whole, true).excluded.counts).toEqual(rest);
        // Where more is missing than there was, nothing is left, and nothing is negative.
        expect(told(of(0, 0), true).excluded.counts).toEqual(of(0, 0));
      }),
    );
  });
});
