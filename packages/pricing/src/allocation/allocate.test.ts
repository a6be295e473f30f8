import fc from 'fast-check';
import { allocate, type AllocationWeight } from './allocate.ts';

const receivers = fc.uniqueArray(
  fc.record({
    key: fc.string({ minLength: 1, maxLength: 6 }),
    weight: fc.bigInt({ min: 0n, max: 10n ** 10n }),
  }),
  { selector: ({ key }) => key, minLength: 1, maxLength: 12 },
);
const total = (list: readonly bigint[]) => list.reduce((a, b) => a + b, 0n);

describe('allocate', () => {
  it('gives the units left over to the largest remainders', () => {
    // 10 over 1:1:1 is 3.33 each; one is left, weights tie, so the smallest key gets it.
    const table: [bigint, [string, bigint][], bigint[]][] = [
      [
        10n,
        [
          ['c', 1n],
          ['a', 1n],
          ['b', 1n],
        ],
        [3n, 4n, 3n],
      ],
      // 100 over 2278:422:1000 = 61.57, 11.41, 27.03: the one unit left goes to .57.
      [
        100n,
        [
          ['a', 2278n],
          ['b', 422n],
          ['c', 1000n],
        ],
        [62n, 11n, 27n],
      ],
      // 1 over 1:3 is 0.25 and 0.75.
      [
        1n,
        [
          ['a', 1n],
          ['b', 3n],
        ],
        [0n, 1n],
      ],
      // 2 over 1:3 is 0.5 and 1.5: equal remainders, the larger weight gets it.
      [
        2n,
        [
          ['a', 1n],
          ['b', 3n],
        ],
        [0n, 2n],
      ],
      [
        0n,
        [
          ['a', 0n],
          ['b', 0n],
        ],
        [0n, 0n],
      ],
    ];
    for (const [amount, weights, shares] of table) {
      expect(
        allocate(
          amount,
          weights.map(([key, weight]): AllocationWeight => ({ key, weight })),
        ),
      ).toEqual(shares);
    }
  });

  it('loses nothing, is off by less than a unit, and gives nothing to weight zero', () => {
    fc.assert(
      fc.property(
        receivers,
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        (list, amount) => {
          const sum = total(list.map(({ weight }) => weight));
          fc.pre(sum > 0n);
          const shares = allocate(amount, list);
          expect(total(shares)).toBe(amount);
          shares.forEach((share, index) => {
            const exact = amount * list[index].weight;
            expect(share * sum > exact - sum).toBe(true);
            expect(share * sum < exact + sum).toBe(true);
            expect(amount > sum || share <= list[index].weight).toBe(true);
          });
        },
      ),
    );
  });

  it('gives each key the same, whatever the order', () => {
    fc.assert(
      fc.property(
        receivers.chain(list =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray(list, {
              minLength: list.length,
              maxLength: list.length,
            }),
          ),
        ),
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        ([list, shuffled], amount) => {
          fc.pre(list.some(({ weight }) => weight > 0n));
          const byKey = (some: AllocationWeight[]) =>
            Object.fromEntries(
              allocate(amount, some).map((share, index) => [
                `k${some[index].key}`,
                share,
              ]),
            );
          expect(byKey(shuffled)).toEqual(byKey(list));
        },
      ),
    );
  });

  it('refuses what makes no sense', () => {
    expect(() => allocate(-1n, [{ key: 'a', weight: 1n }])).toThrow(RangeError);
    expect(() => allocate(1n, [{ key: 'a', weight: -1n }])).toThrow(RangeError);
    expect(() => allocate(1n, [])).toThrow(/nobody/);
  });
});
