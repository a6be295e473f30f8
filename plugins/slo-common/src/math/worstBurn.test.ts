import fc from 'fast-check';
import { burnRate, sumEvents } from './budget';
import { worstBurn } from './worstBurn';

const MINUTE = 60;
const HOUR = 3600;

function minutes(counts: Array<[number, number]>) {
  return counts.map(([bad, total], index) => ({
    at: (index + 1) * MINUTE,
    counts: { bad, total },
  }));
}

describe('worstBurn', () => {
  // An hour of 100 a minute, in which ten minutes from minute 20 on have 30 bad each; then an hour without any.
  const buckets = minutes(
    Array.from({ length: 120 }, (_, minute) => [
      minute >= 20 && minute < 30 ? 30 : 0,
      100,
    ]),
  );

  it('finds the worst hour and says when it was', () => {
    // While less than an hour is known, the sums are of what there is: at minute 30 there are 300 bad of 3,000, 10 %.
    // At 99 % that burns at 10.
    expect(
      worstBurn({
        buckets,
        bucketSeconds: MINUTE,
        spanSeconds: HOUR,
        target: 0.99,
      }),
    ).toEqual({ burnRate: expect.closeTo(10, 9), at: 30 * MINUTE });
    // With at least 6,000 events only whole hours count: 300 of 6,000 are 5 %, first at minute 60.
    expect(
      worstBurn({
        buckets,
        bucketSeconds: MINUTE,
        spanSeconds: HOUR,
        target: 0.99,
        minimumEvents: 6_000,
      }),
    ).toEqual({ burnRate: expect.closeTo(5, 9), at: 60 * MINUTE });
  });

  it('knows nothing without events', () => {
    expect(
      worstBurn({
        buckets: minutes([[0, 0]]),
        bucketSeconds: MINUTE,
        spanSeconds: HOUR,
        target: 0.99,
      }),
    ).toBeUndefined();
  });

  it('agrees with spans that are summed one by one', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.constantFrom(0, 1, 5), fc.constantFrom(5, 10, 50)),
          { minLength: 1, maxLength: 40 },
        ),
        fc.integer({ min: 1, max: 10 }),
        (drawn, length) => {
          const all = minutes(drawn);
          const rates = all.map((_, index) =>
            burnRate(
              sumEvents(
                all
                  .slice(Math.max(0, index + 1 - length), index + 1)
                  .map(({ counts }) => counts),
              ),
              0.99,
            )!,
          );
          expect(
            worstBurn({
              buckets: all,
              bucketSeconds: MINUTE,
              spanSeconds: length * MINUTE,
              target: 0.99,
            })!.burnRate,
          ).toBeCloseTo(Math.max(...rates), 6);
        },
      ),
    );
  });
});
