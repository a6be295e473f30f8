import fc from 'fast-check';
import { sumEvents } from './budget';
import { rollBack } from './history';

describe('history of a rolling window', () => {
  it('takes back what arrived and gives back what left', () => {
    // Window of 3 buckets over 1 2 3 | 4 5 (totals) with one bad event in the bucket of 2.
    // Now: 3 + 4 + 5 = 12. Before 5 came, 2 was inside: 2 + 3 + 4 = 9.
    expect(
      rollBack({
        now: { bad: 0, total: 12 },
        arrived: [
          { at: 4, counts: { bad: 0, total: 4 } },
          { at: 5, counts: { bad: 0, total: 5 } },
        ],
        left: [
          { at: 1, counts: { bad: 0, total: 1 } },
          { at: 2, counts: { bad: 1, total: 2 } },
        ],
      }),
    ).toEqual([
      { at: 4, counts: { bad: 1, total: 9 } },
      { at: 5, counts: { bad: 0, total: 12 } },
    ]);
  });

  it('equals the sum of the window at every moment', () => {
    const bucket = fc
      .tuple(fc.nat(1000), fc.nat(1000))
      .map(([bad, good]) => ({ bad, total: bad + good }));
    fc.assert(
      fc.property(
        fc.array(bucket, { minLength: 4, maxLength: 60 }),
        fc.nat(),
        fc.nat(),
        (buckets, a, b) => {
          const window = 1 + (a % (buckets.length - 1));
          const shown = 1 + (b % window);
          if (window + shown > buckets.length) {
            return;
          }
          const end = buckets.length;
          const slice = (from: number, to: number) =>
            buckets
              .slice(from, to)
              .map((counts, index) => ({ at: from + index, counts }));
          const points = rollBack({
            now: sumEvents(buckets.slice(end - window)),
            arrived: slice(end - shown, end),
            left: slice(end - shown - window, end - window),
          });
          for (const { at, counts } of points) {
            expect(counts).toEqual(
              sumEvents(buckets.slice(at + 1 - window, at + 1)),
            );
          }
        },
      ),
    );
  });
});
