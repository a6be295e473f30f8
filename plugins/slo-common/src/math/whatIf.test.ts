import fc from 'fast-check';
import { burnRate, sumEvents } from './budget';
import { pastOfBuckets, pastOfWhole } from './countedPast';
import { tryTargets } from './whatIf';
import { worstBurn } from './worstBurn';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** Minutes of 100 events each, bad as told. */
function minutes(bads: number[], total = 100) {
  return bads.map((bad, index) => ({
    at: (index + 1) * MINUTE,
    counts: { bad, total },
  }));
}

describe('what if the target were another', () => {
  // Two hours of 100 events a minute, and 20 minutes in the second hour in which half of them are bad.
  const bads = Array.from({ length: 120 }, (_, minute) =>
    minute >= 60 && minute < 80 ? 50 : 0,
  );
  const trials = tryTargets({
    buckets: minutes(bads),
    bucketSeconds: MINUTE,
    windowSeconds: 30 * DAY,
    targets: [0.99, 0.999],
  });

  it('tells the budget that would be left', () => {
    // 1,000 bad of 12,000. At 99 % the budget is 120, at 99.9 % it is 12.
    expect(trials.map(({ budgetLeft }) => budgetLeft)).toEqual([
      expect.closeTo(1 - 1_000 / 120, 9),
      expect.closeTo(1 - 1_000 / 12, 9),
    ]);
    expect(trials[0].coverageSeconds).toBe(2 * HOUR);
    expect(trials[0].counts).toEqual({ bad: 1_000, total: 12_000 });
  });

  it('tells when each row would have fired', () => {
    // Row of 1 h and 5 min at 14.4, 99 %: more than 14.4 % bad. After k bad minutes the long window has 50 k of 6,000:
    // above 864 from k = 18, which ends at minute 78. The short window is quiet 4 minutes after the outage has at most 1
    // bad minute of 5, 10 %: it has 2 (20 %) at minute 83, 1 at minute 84. The long window holds until minute 120.
    expect(trials[0].rows[0]).toMatchObject({
      factor: 14.4,
      status: 'tried',
      firings: [{ from: 78 * MINUTE, to: 83 * MINUTE }],
    });
    // At 99.9 % more than 1.44 %, 86.4 of 6,000: from the second bad minute on, which ends at minute 62. The short
    // window needs more than 7.2 of 500 and holds to minute 84.
    expect(trials[1].rows[0].firings).toEqual([
      { from: 62 * MINUTE, to: 84 * MINUTE },
    ]);
  });

  it('knows rows that cannot fire, and those nobody knows of', () => {
    const [trial] = tryTargets({
      buckets: minutes(bads).filter((_, index) => index % 10 === 0),
      bucketSeconds: 10 * MINUTE,
      windowSeconds: 30 * DAY,
      targets: [0.9],
    });
    // 1 / (1 - 0.9) = 10 is below 14.4; 5 minutes are no number of 10 minutes, 30 are.
    expect(trial.rows.map(({ status }) => status)).toEqual([
      'never',
      'tried',
      'tried',
      'tried',
    ]);
    const [coarse] = tryTargets({
      buckets: minutes([0]),
      bucketSeconds: 10 * MINUTE,
      windowSeconds: 30 * DAY,
      targets: [0.99],
    });
    expect(coarse.rows[0].status).toBe('too-coarse');
  });

  it('tells of a weighted whole what its rules would have, and not what its events would add up to', () => {
    // An hour: 100 good events a minute weigh 3, one a minute weighs 1. All of the latter are bad.
    const past = pastOfWhole([
      { weight: 3, past: pastOfBuckets(minutes(Array(60).fill(0))) },
      { weight: 1, past: pastOfBuckets(minutes(Array(60).fill(1), 1)) },
    ]);
    const options = { bucketSeconds: MINUTE, windowSeconds: 30 * DAY };
    const [strict, loose] = tryTargets({
      ...options,
      buckets: past,
      targets: [0.99, 0.95],
      guard: { unit: 'weights' },
    });
    // 1 of 4 is 25 %: at 99 % a rate of 25, above 14.4 from the first minute on; at 95 % one of 5. 60 of 6,060 events are 1 %.
    expect(strict.counts).toEqual({ bad: 1, total: 4 });
    expect(strict.budgetLeft).toBeCloseTo(1 - 25, 9);
    expect(strict.rows[0].firings).toEqual([{ from: MINUTE, to: HOUR }]);
    expect(loose.rows[0].firings).toEqual([]);
    expect(
      worstBurn({
        buckets: past,
        bucketSeconds: MINUTE,
        spanSeconds: HOUR,
        target: 0.99,
      })!.burnRate,
    ).toBeCloseTo(25, 9);
    // A part without events adds nothing; without any there is nothing to tell.
    const quiet = pastOfBuckets(minutes([0], 0));
    const bad = pastOfBuckets(minutes([50]));
    expect(
      pastOfWhole([
        { weight: 3, past: quiet },
        { weight: 1, past: bad },
      ]).between(0, 1),
    ).toEqual({ bad: 0.5, total: 4 });
    expect(pastOfWhole([{ weight: 3, past: quiet }]).between(0, 1)).toEqual({
      bad: 0,
      total: 0,
    });
  });

  it('is mute below the fewest events', () => {
    const options = {
      buckets: minutes([1, 0, 0, 0, 0], 1),
      bucketSeconds: MINUTE,
      windowSeconds: 30 * DAY,
      targets: [0.99],
    };
    expect(tryTargets(options)[0].rows[0].firings).toHaveLength(1);
    expect(
      tryTargets({
        ...options,
        guard: { unit: 'events', minimumEvents: 7 },
      })[0].rows[0].firings,
    ).toEqual([]);
    // 1 / (14.4 x 0.01) = 6.9: from 7 events on one bad one alone is too few.
    expect(
      tryTargets({ ...options, guard: { unit: 'events' } })[0].rows[0].firings,
    ).toEqual([]);
  });

  it('agrees with windows that are summed one by one, and a stricter target fires no later', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 0, 0, 20, 60, 100), {
          minLength: 1,
          maxLength: 100,
        }),
        drawn => {
          const buckets = minutes(drawn);
          const [strict, lax] = tryTargets({
            buckets,
            bucketSeconds: MINUTE,
            windowSeconds: 30 * DAY,
            targets: [0.995, 0.98],
          });
          const fired = (row: (typeof strict.rows)[number], at: number) =>
            row.firings.some(({ from, to }) => from <= at && at <= to);
          buckets.forEach(({ at }, index) => {
            const rate = (length: number) =>
              burnRate(
                sumEvents(
                  buckets
                    .slice(Math.max(0, index + 1 - length), index + 1)
                    .map(({ counts }) => counts),
                ),
                0.995,
              )!;
            expect(fired(strict.rows[0], at)).toBe(
              rate(60) > 14.4 && rate(5) > 14.4,
            );
            expect(fired(lax.rows[0], at) && !fired(strict.rows[0], at)).toBe(
              false,
            );
          });
        },
      ),
      { numRuns: 50 },
    );
  });
});
