import fc from 'fast-check';
import { budgetLeft, sumEvents } from './budget';
import { isMasked, maskMaintenance } from './masking';

describe('maintenance', () => {
  const buckets = [60, 120, 180, 240].map(at => ({
    at,
    counts: { bad: at === 120 ? 50 : 0, total: 100 },
  }));

  it('leaves out bad and all events of its buckets, and shows both figures', () => {
    const { counts, excluded, excludedSeconds } = maskMaintenance({
      buckets,
      bucketSeconds: 60,
      intervals: [{ from: 60, to: 120 }],
    });
    expect(counts).toEqual({ bad: 0, total: 300 });
    expect(excluded).toEqual({ bad: 50, total: 100 });
    expect(excludedSeconds).toBe(60);
    // 90 %: untouched without the maintenance; with it 1 - 50 / 40.
    expect(budgetLeft(counts, 0.9)).toBe(1);
    expect(budgetLeft(sumEvents([counts, excluded]), 0.9)).toBeCloseTo(
      -0.25,
      9,
    );
  });

  it.each([
    [{ from: 0, to: 60 }, false],
    [{ from: 0, to: 61 }, true],
    [{ from: 119, to: 300 }, true],
    [{ from: 120, to: 300 }, false],
  ])('%j touches the bucket from 60 to 120: %s', (interval, masked) => {
    expect(isMasked({ at: 120, seconds: 60 }, [interval])).toBe(masked);
  });

  it('loses no event', () => {
    const interval = fc
      .tuple(fc.nat(300), fc.nat(100))
      .map(([from, length]) => ({ from, to: from + length }));
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 4 }), intervals => {
        const { counts, excluded } = maskMaintenance({
          buckets,
          bucketSeconds: 60,
          intervals,
        });
        expect(sumEvents([counts, excluded])).toEqual({ bad: 50, total: 400 });
      }),
    );
  });
});
