import fc from 'fast-check';
import { attributeBudget } from './attribution';

const MINUTE = 60;

function minutes(bads: number[]) {
  return bads.map((bad, index) => ({
    at: (index + 1) * MINUTE,
    counts: { bad, total: 100 },
  }));
}

describe('attributeBudget', () => {
  //                        minute 1  2  3   4   5  6  7  8
  const buckets = minutes([1, 0, 10, 20, 5, 5, 0, 2]);
  const attribute = (
    changes: Array<{ id: string; at: number }>,
    rest: Partial<Parameters<typeof attributeBudget>[0]> = {},
  ) =>
    attributeBudget({
      buckets,
      bucketSeconds: MINUTE,
      afterSeconds: 3 * MINUTE,
      budget: 100,
      changes,
      ...rest,
    });

  it('counts from a change to the next one, and not longer than told', () => {
    expect(
      attribute([
        { id: 'b', at: 4 * MINUTE },
        { id: 'a', at: 2 * MINUTE },
      ]),
    ).toEqual([
      // Minutes 3 and 4: 10 + 20 of a budget of 100.
      {
        ids: ['a'],
        from: 2 * MINUTE,
        to: 4 * MINUTE,
        counts: { bad: 30, total: 200 },
        share: 0.3,
        coverageSeconds: 2 * MINUTE,
      },
      // Minutes 5, 6 and 7, then three minutes are over: 5 + 5 + 0.
      {
        ids: ['b'],
        from: 4 * MINUTE,
        to: 7 * MINUTE,
        counts: { bad: 10, total: 300 },
        share: 0.1,
        coverageSeconds: 3 * MINUTE,
      },
    ]);
  });

  it('takes the minute of a change whole, and lets changes of one minute share', () => {
    const [shared] = attribute([
      { id: 'a', at: 2 * MINUTE + 10 },
      { id: 'b', at: 2 * MINUTE + 50 },
    ]);
    // Minute 3 holds both; three minutes after the later one end within minute 6: 10 + 20 + 5 + 5.
    expect(shared).toMatchObject({
      ids: ['a', 'b'],
      counts: { bad: 40 },
      to: 6 * MINUTE,
    });
  });

  it('leaves out what lies outside of the history, and says what is not covered', () => {
    expect(
      attribute([
        { id: 'before', at: -1 },
        { id: 'after', at: 8 * MINUTE },
      ]),
    ).toEqual([]);
    const [last] = attribute([{ id: 'last', at: 7 * MINUTE }], {
      covered: new Set([MINUTE]),
      budget: undefined,
    });
    expect(last).toEqual({
      ids: ['last'],
      from: 7 * MINUTE,
      to: 8 * MINUTE,
      counts: { bad: 2, total: 100 },
      coverageSeconds: 0,
    });
  });

  it('never attributes more than was consumed, and nothing twice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 1, maxLength: 30 }),
        fc.array(fc.integer({ min: -100, max: 2000 }), { maxLength: 10 }),
        fc.integer({ min: 1, max: 900 }),
        (bads, times, afterSeconds) => {
          const attributions = attributeBudget({
            buckets: minutes(bads),
            bucketSeconds: MINUTE,
            afterSeconds,
            changes: times.map((at, index) => ({ id: String(index), at })),
          });
          const sum = attributions.reduce(
            (all, each) => all + each.counts.bad,
            0,
          );
          expect(sum).toBeLessThanOrEqual(bads.reduce((a, b) => a + b, 0));
          const ids = attributions.flatMap(each => each.ids);
          expect(new Set(ids).size).toBe(ids.length);
          attributions.forEach((each, index) => {
            expect(each.to).toBeLessThanOrEqual(
              Math.ceil((attributions[index + 1]?.from ?? Infinity) / MINUTE) *
                MINUTE,
            );
          });
        },
      ),
    );
  });
});
