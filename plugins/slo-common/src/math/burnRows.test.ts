import fc from 'fast-check';
import { CountedUnit } from '../evaluation/leaves';
import { burnRate } from './budget';
import {
  burnRowCandidates,
  burnRowDefinitions,
  canExceed,
  evaluateBurnRows,
} from './burnRows';
import { minimumEventsFor } from './rowGuard';

const HOUR = 3600;
const DAY = 24 * HOUR;

describe('multi-window, multi-burn-rate rows', () => {
  // factor = share x period / long window. 30 d = 720 h: 0.02 x 720 = 14.4, 0.05 x 720 / 6 = 6, 0.1 x 720 / 24 = 3,
  // 0.1 x 720 / 72 = 1. 28 d = 672 h: 13.44, 5.6, 2.8, 0.9333 (left out). 7 d = 168 h: 3.36, 1.4, 0.7, 0.2333.
  it.each([
    ['30 days', 30 * DAY, [14.4, 6, 3, 1]],
    ['28 days', 28 * DAY, [13.44, 5.6, 2.8]],
    ['90 days', 90 * DAY, [43.2, 18, 9, 3]],
    ['7 days', 7 * DAY, [3.36, 1.4]],
    ['1 day', DAY, []],
  ])('have the factors of %s', (_, period, factors) => {
    expect(burnRowDefinitions(period).map(row => row.factor)).toEqual(factors);
  });

  it('have a short window of a twelfth of the long one', () => {
    expect(
      burnRowDefinitions(30 * DAY).map(row => [
        row.longSeconds,
        row.shortSeconds,
      ]),
    ).toEqual([
      [HOUR, 300],
      [6 * HOUR, 1800],
      [DAY, 2 * HOUR],
      [3 * DAY, 6 * HOUR],
    ]);
  });

  it('are active when both windows burn faster than the factor', () => {
    // Target 99 %: 20 bad of 100 burn at 20, 10 of 100 at 10, 2 of 100 at 2.
    const windows = new Map([
      [300, { bad: 20, total: 100 }],
      [HOUR, { bad: 15, total: 100 }],
      [1800, { bad: 2, total: 100 }],
      [6 * HOUR, { bad: 10, total: 100 }],
    ]);
    const rows = evaluateBurnRows({
      periodSeconds: 30 * DAY,
      target: 0.99,
      windows,
    });
    expect(rows.map(row => row.active)).toEqual([true, false, false, false]);
    expect(rows[0].longBurnRate).toBeCloseTo(15, 9);
    expect(rows[1].shortBurnRate).toBeCloseTo(2, 9);
    expect(rows[2].longBurnRate).toBeUndefined();
  });

  // At 99.9 % and a factor of 14.4 one bad event alone does not fire the row from 70 events on. 2 bad of 69 burn at 29.
  it.each<
    [
      string,
      number,
      { minimumEvents?: number; unit?: CountedUnit; sliceSeconds?: number },
      [boolean, number | undefined],
    ]
  >([
    ['too few events', 69, {}, [false, 70]],
    ['enough events', 70, {}, [true, undefined]],
    ['too few seconds', 69, { unit: 'seconds' }, [false, 70]],
    // An hour holds 60 slices of a minute.
    ['too few slices', 59, { unit: 'slices', sliceSeconds: 60 }, [false, 60]],
    [
      'all slices of the window',
      60,
      { unit: 'slices', sliceSeconds: 60 },
      [true, undefined],
    ],
    ['weights', 1, { unit: 'weights' }, [true, undefined]],
    [
      'as few as the definition allows',
      10,
      { minimumEvents: 10 },
      [true, undefined],
    ],
    ['fewer than it allows', 99, { minimumEvents: 100 }, [false, 100]],
    ['no limit in the definition', 2, { minimumEvents: 0 }, [true, undefined]],
  ])('are judged with %s', (_, total, options, expected) => {
    const bad = Math.min(2, total);
    const [row] = evaluateBurnRows({
      periodSeconds: 30 * DAY,
      target: 0.999,
      windows: new Map([
        [300, { bad, total }],
        [HOUR, { bad, total }],
      ]),
      ...options,
    });
    expect([row.active, row.eventsNeeded]).toEqual(expected);
  });

  it('need no events while they are quiet', () => {
    const [row] = evaluateBurnRows({
      periodSeconds: 30 * DAY,
      target: 0.999,
      windows: new Map([
        [300, { bad: 0, total: 3 }],
        [HOUR, { bad: 1, total: 3 }],
      ]),
    });
    expect(row).toMatchObject({ active: false });
    expect(row).not.toHaveProperty('eventsNeeded');
  });

  it('say when no ratio of bad events can reach the factor', () => {
    // At 90 % the burn rate is at most 1 / (1 - 0.9) = 10, below 14.4.
    const rows = evaluateBurnRows({
      periodSeconds: 30 * DAY,
      target: 0.9,
      windows: new Map([
        [300, { bad: 100, total: 100 }],
        [HOUR, { bad: 100, total: 100 }],
      ]),
    });
    expect(rows.map(row => row.canFire)).toEqual([false, true, true, true]);
    expect(rows[0].active).toBe(false);
  });

  it('know also those that are left out', () => {
    expect(burnRowCandidates(7 * DAY).map(row => row.factor)).toEqual([
      3.36,
      1.4,
      0.7,
      expect.closeTo(0.7 / 3, 9),
    ]);
  });

  // 1 / (14.4 x 0.001) = 69.44; 1 / (1 x 0.001) = 1,000, of which 1,000 itself burns at exactly 1; 1 / (2 x 0.05) = 10.
  it.each([
    [14.4, 0.999, 70],
    [1, 0.999, 1_001],
    [2, 0.95, 11],
    [14.4, 0.9, 1],
  ])('at %d and %d need %d events', (factor, target, events) => {
    expect(minimumEventsFor(factor, target)).toBe(events);
  });

  it('never fire for one bad event of as many as they need', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 3, 6, 14.4, 43.2),
        fc.constantFrom(0.9, 0.95, 0.99, 0.999, 0.9999),
        (factor, target) => {
          const total = minimumEventsFor(factor, target);
          const rate = (all: number) =>
            burnRate({ bad: 1, total: all }, target)!;
          expect(rate(total)).toBeLessThan(factor);
          expect(total === 1 || rate(total - 1) >= factor * (1 - 1e-9)).toBe(
            true,
          );
          expect(canExceed(factor, target)).toBe(
            factor < Number((1 / (1 - target)).toPrecision(9)),
          );
        },
      ),
    );
  });
});
