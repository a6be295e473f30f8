import fc from 'fast-check';
import { budgetLeft, serviceLevel, sumEvents } from './budget';
import { countRatioTimeslices, countTimeslices, toSlices } from './timeslices';

describe('timeslices', () => {
  // Five slices: all good, exactly 95 %, a hair below, nothing, a flood of bad ones.
  const slices = [
    { bad: 0, total: 10 },
    { bad: 5, total: 100 },
    { bad: 51, total: 1_000 },
    { bad: 0, total: 0 },
    { bad: 900_000, total: 1_000_000 },
  ];

  it('count slices, not events, and leave out those without events', () => {
    expect(countTimeslices(slices, { timeSliceTarget: 0.95 })).toEqual({
      bad: 2,
      total: 4,
      empty: 1,
    });
    // Strictly above 95 %: the second one is bad as well.
    expect(
      countTimeslices(slices, { timeSliceTarget: 0.95, op: 'gt' }),
    ).toEqual({ bad: 3, total: 4, empty: 1 });
  });

  it('as ratios are the mean of the slices', () => {
    // (0 + 0.05 + 0.051 + 0.9) / 4 = 0.25025
    const counts = countRatioTimeslices(slices);
    expect(counts).toMatchObject({ total: 4, empty: 1 });
    expect(counts.bad).toBeCloseTo(1.001, 12);
    expect(serviceLevel(counts)).toBeCloseTo(1 - 0.25025, 12);
  });

  it('tell the example of OpenSLO: how long an attack may last', () => {
    // Two weeks of minutes, objective 95 %, 1 % of requests succeed during the attack and 99 % else. OpenSLO says that
    // Timeslices last 16 h 48 min and RatioTimeslices 13 h 45 min or so; 20,160 x 0.05 = 1,008 slices are 16 h 48 min,
    // and (0.05 - 0.01) x 20,160 / 0.98 = 822.86 minutes.
    const attacked = (minutes: number) => [
      ...Array.from({ length: minutes }, () => ({ bad: 99, total: 100 })),
      ...Array.from({ length: 20_160 - minutes }, () => ({
        bad: 1,
        total: 100,
      })),
    ];
    const left = (minutes: number) => ({
      slices: budgetLeft(
        countTimeslices(attacked(minutes), { timeSliceTarget: 0.95 }),
        0.95,
      )!,
      ratios: budgetLeft(countRatioTimeslices(attacked(minutes)), 0.95)!,
    });
    expect(left(1_008).slices).toBeCloseTo(0, 9);
    expect(left(1_007).slices).toBeGreaterThan(0);
    expect(left(822).ratios).toBeGreaterThan(0);
    expect(left(823).ratios).toBeLessThan(0);
  });

  it('are the events of their buckets', () => {
    expect(
      toSlices(
        [1, 2, 3, 4, 5].map(total => ({ bad: total === 4 ? 1 : 0, total })),
        2,
      ),
    ).toEqual([
      { bad: 0, total: 3 },
      { bad: 1, total: 7 },
    ]);
  });

  it('of equal traffic, as ratios, are what occurrences are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100), { minLength: 1, maxLength: 50 }),
        bads => {
          const equal = bads.map(bad => ({ bad, total: 100 }));
          expect(serviceLevel(countRatioTimeslices(equal))).toBeCloseTo(
            serviceLevel(sumEvents(equal))!,
            9,
          );
        },
      ),
    );
  });
});
