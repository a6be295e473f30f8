import fc from 'fast-check';
import {
  budgetLeft,
  burnRate,
  countEvents,
  serviceLevel,
  sumEvents,
} from './budget';

describe('error budget', () => {
  // Worked by hand: budget = (1 - target) x total, left = 1 - bad / budget, burn = bad / total / (1 - target).
  it.each`
    total        | bad       | target   | sli        | left    | burn
    ${1_000_000} | ${370}    | ${0.999} | ${0.99963} | ${0.63} | ${0.37}
    ${1_000_000} | ${0}      | ${0.999} | ${1}       | ${1}    | ${0}
    ${1_000_000} | ${1_000}  | ${0.999} | ${0.999}   | ${0}    | ${1}
    ${1_000_000} | ${1_500}  | ${0.999} | ${0.9985}  | ${-0.5} | ${1.5}
    ${2_000}     | ${80}     | ${0.95}  | ${0.96}    | ${0.2}  | ${0.8}
    ${10}        | ${10}     | ${0.9}   | ${0}       | ${-9}   | ${10}
    ${0.5}       | ${0.0125} | ${0.95}  | ${0.975}   | ${0.5}  | ${0.5}
  `(
    'of $total events with $bad bad ones at $target leaves $left and burns at $burn',
    ({ total, bad, target, sli, left, burn }) => {
      expect(serviceLevel({ bad, total })).toBeCloseTo(sli, 10);
      expect(budgetLeft({ bad, total }, target)).toBeCloseTo(left, 9);
      expect(burnRate({ bad, total }, target)).toBeCloseTo(burn, 9);
    },
  );

  it('is not told without events', () => {
    const none = { bad: 0, total: 0 };
    expect(serviceLevel(none)).toBeUndefined();
    expect(budgetLeft(none, 0.99)).toBeUndefined();
    expect(burnRate(none, 0.99)).toBeUndefined();
  });

  it('divides sums and never averages ratios', () => {
    // A quiet night with one bad event of two beside a day with one bad event in a million.
    const night = { bad: 1, total: 2 };
    const day = { bad: 1, total: 1_000_000 };
    // 2 / 1,000,002 = 0.000001999996; the average of the ratios, (0.5 + 0.000001) / 2 = 0.2500005, is 125,000 times that.
    expect(burnRate(sumEvents([night, day]), 0.999)).toBeCloseTo(
      0.001999996,
      9,
    );
    const averaged = (burnRate(night, 0.999)! + burnRate(day, 0.999)!) / 2;
    expect(averaged).toBeCloseTo(250.0005, 4);
  });

  it('counts the bad events from good or from bad ones, within all', () => {
    expect(countEvents({ numerator: 'good', counted: 90, total: 100 })).toEqual(
      { bad: 10, total: 100 },
    );
    expect(countEvents({ numerator: 'bad', counted: 10, total: 100 })).toEqual({
      bad: 10,
      total: 100,
    });
    expect(
      countEvents({ numerator: 'good', counted: 101, total: 100 }),
    ).toEqual({ bad: 0, total: 100 });
    expect(countEvents({ numerator: 'bad', counted: 101, total: 100 })).toEqual(
      { bad: 100, total: 100 },
    );
  });

  const counts = fc
    .tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
    )
    .map(([share, total]) => ({ bad: share * total, total }));
  const targets = fc.double({ min: 0.5, max: 0.9999, noNaN: true });

  it('left and burn rate of one window add up to one', () => {
    fc.assert(
      fc.property(counts, targets, (c, target) => {
        expect(budgetLeft(c, target)! + burnRate(c, target)!).toBeCloseTo(1, 6);
      }),
    );
  });

  it('burns at a rate between those of the parts it is summed from', () => {
    fc.assert(
      fc.property(counts, counts, targets, (a, b, target) => {
        const rates = [burnRate(a, target)!, burnRate(b, target)!];
        const whole = burnRate(sumEvents([a, b]), target)!;
        expect(whole).toBeGreaterThanOrEqual(Math.min(...rates) * (1 - 1e-9));
        expect(whole).toBeLessThanOrEqual(Math.max(...rates) * (1 + 1e-9));
      }),
    );
  });
});
