import fc from 'fast-check';
import { ShareChange, movedShare } from './change';
import { exceeds, forwardStep } from './forwardStep';

/** Percentages before and after by subset, as changes of shares. */
function changes(percentages: Record<string, [number, number]>): ShareChange[] {
  return Object.entries(percentages)
    .filter(([, [from, to]]) => from !== to)
    .map(([subset, [from, to]]) => ({
      subset,
      from: from / 100,
      to: to / 100,
    }));
}

describe('the largest share that one step sends forward', () => {
  // Worked by hand: for each version, what it and the newer ones gain together; the greatest of these, or 0.
  it.each<[string, Record<string, [number, number]>, number]>([
    ['nothing moves', { v1: [100, 100], v2: [0, 0] }, 0],
    ['a first look at the new version', { v1: [100, 90], v2: [0, 10] }, 10],
    ['all at once', { v1: [100, 0], v2: [0, 100] }, 100],
    ['back to the old version', { v1: [0, 100], v2: [100, 0] }, 0],
    ['a part back', { v1: [40, 70], v2: [60, 30] }, 0],
    // v3 gains 20; v2 and v3 together lose 30.
    [
      'v2 back to v1 while v3 begins',
      { v1: [50, 80], v2: [50, 0], v3: [0, 20] },
      20,
    ],
    // v3: +30; v2 and v3: +10. Thirty points go past v2, ten of them come from v1.
    ['v1 and v2 give to v3', { v1: [50, 40], v2: [50, 30], v3: [0, 30] }, 30],
    // v2 and v3 gain 40 together, v3 alone 15.
    ['v1 gives to both', { v1: [100, 60], v2: [0, 25], v3: [0, 15] }, 40],
    ['v10 is newer than v9', { v9: [100, 70], v10: [0, 30] }, 30],
    ['v9 is older than v10', { v10: [100, 70], v9: [0, 30] }, 0],
    ['1.9.2 is older than 1.10', { '1.9.2': [80, 55], '1.10': [20, 45] }, 25],
    [
      'v1 and v1.0 are as new as each other',
      { v1: [100, 0], 'v1.0': [0, 100] },
      0,
    ],
    // Which of the two is newer is not known.
    ['blue to green', { blue: [100, 60], green: [0, 40] }, 40],
    ['green to blue', { blue: [60, 100], green: [40, 0] }, 40],
    ['one has no version', { v1: [70, 100], canary: [30, 0] }, 30],
  ])('%s: %j is %d', (_, percentages, expected) => {
    expect(forwardStep(changes(percentages)) * 100).toBeCloseTo(expected, 9);
  });

  it('goes by the versions of subsets, where they have other names', () => {
    const versions: Record<string, string> = { stable: 'v1', canary: 'v2' };
    const step = (from: number, to: number) =>
      forwardStep(
        changes({ stable: [100 - from, 100 - to], canary: [from, to] }),
        subset => versions[subset],
      ) * 100;
    expect(step(10, 60)).toBeCloseTo(50, 9);
    expect(step(60, 10)).toBe(0);
  });

  it('is never more than all that moves', () => {
    const weights = fc.array(fc.nat(100), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(weights, weights, (first, second) => {
        const shares = (list: number[]) => {
          const sum = list.reduce((all, each) => all + each, 0);
          return list.map(each => (sum === 0 ? 0 : each / sum));
        };
        const [a, b] = [shares(first), shares(second)];
        const between = (from: number[], to: number[]) =>
          from.map((share, index) => ({
            subset: `v${index + 1}`,
            from: share,
            to: to[index],
          }));
        const there = between(a, b);
        const step = forwardStep(there);
        expect(step).toBeGreaterThanOrEqual(0);
        expect(step).toBeLessThanOrEqual(movedShare(there) + 1e-9);
      }),
    );
  });

  it('goes one way: of a step between two versions and its way back one is none', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), (from, to) => {
        const step = (a: number, b: number) =>
          forwardStep(changes({ v1: [100 - a, 100 - b], v2: [a, b] }));
        expect(Math.min(step(from, to), step(to, from))).toBe(0);
        expect(step(from, to)).toBeCloseTo(Math.max(0, to - from) / 100, 9);
      }),
    );
  });

  it.each([
    [0.2, 20, false],
    [0.3 - 0.1, 20, false],
    [0.1 + 0.2 - 0.1, 20, false],
    [0.21, 20, true],
    [0, 0, false],
    [0.01, 0, true],
    [1, 100, false],
  ])('%d is more than %d points: %s', (step, limit, expected) => {
    expect(exceeds(step, limit)).toBe(expected);
  });
});
