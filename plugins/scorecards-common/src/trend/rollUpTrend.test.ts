import fc from 'fast-check';
import { rollUpTrend, TrendEntry } from './rollUpTrend';

const DAY = 86_400_000;
const start = new Date('2026-11-01T12:00:00Z');
const at = (days: number) => new Date(start.getTime() + days * DAY);

/** An entry in which `a` weighs 3 and `b` 1. */
function entry(
  entityRef: string,
  days: number,
  a: string,
  b: string,
): TrendEntry {
  const asked = 4;
  const passed = (a === 'pass' ? 3 : 0) + (b === 'pass' ? 1 : 0);
  const seen = (a === 'unknown' ? 3 : 0) + (b === 'unknown' ? 1 : 0);
  return {
    entityRef,
    at: at(days),
    outcomes: { a, b },
    figures: {
      rank: passed >= 3 ? 1 : 0,
      possibleRank: 1,
      passed,
      unseen: seen,
      asked,
      state: passed === asked ? 'ok' : 'failing',
    },
  };
}

describe('rollUpTrend', () => {
  it('sums what held at each midnight, from what was before the begin on', () => {
    const { points } = rollUpTrend({
      entries: [
        entry('x', -5, 'pass', 'fail'),
        entry('y', 0.75, 'pass', 'pass'),
        entry('x', 1.75, 'pass', 'pass'),
      ],
      from: at(0),
      until: at(2),
    });
    expect(
      points.map(each => [each.at, each.entities, each.passed, each.asked]),
    ).toEqual([
      ['2026-11-01T12:00:00.000Z', 1, 3, 4],
      // y came at 06:00 of the second.
      ['2026-11-02T00:00:00.000Z', 1, 3, 4],
      ['2026-11-03T00:00:00.000Z', 2, 7, 8],
      ['2026-11-03T12:00:00.000Z', 2, 8, 8],
    ]);
  });

  it('marks what failed that passed when it was last known, the latest first', () => {
    const { regressions } = rollUpTrend({
      entries: [
        entry('x', -9, 'pass', 'pass'),
        // Lost before the begin: of no interest.
        entry('x', -5, 'pass', 'fail'),
        // Out of sight is no regression; seen to fail afterwards it is one.
        entry('x', 1, 'unknown', 'fail'),
        entry('y', 1.5, 'fail', 'fail'),
        entry('x', 2, 'fail', 'fail'),
        entry('x', 3, 'pass', 'fail'),
        entry('x', 4, 'fail', 'fail'),
      ],
      from: at(0),
      until: at(5),
    });
    expect(regressions).toEqual([
      {
        at: at(4).toISOString(),
        entityRef: 'x',
        lost: ['a'],
        rankBefore: 1,
        rankAfter: 0,
      },
      {
        at: at(2).toISOString(),
        entityRef: 'x',
        lost: ['a'],
        rankBefore: 0,
        rankAfter: 0,
      },
    ]);
  });

  it('says nothing of a time from which there is nothing', () => {
    const { points, regressions } = rollUpTrend({
      entries: [],
      from: at(0),
      until: at(0),
    });
    expect(points).toEqual([
      { at: at(0).toISOString(), entities: 0, passed: 0, unseen: 0, asked: 0 },
    ]);
    expect(regressions).toEqual([]);
  });

  it('ends with the sums of what each entity was last, whatever came before', () => {
    const outcome = fc.constantFrom('pass', 'fail', 'unknown');
    const some = fc.array(
      fc.tuple(
        fc.constantFrom('x', 'y', 'z'),
        fc.integer({ min: -30, max: 20 }),
        outcome,
        outcome,
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(some, tuples => {
        const entries = tuples
          .map(each => entry(...each))
          .sort((a, b) => a.at.getTime() - b.at.getTime());
        const last = new Map(
          entries.map(({ entityRef, figures }) => [entityRef, figures]),
        );
        const { points } = rollUpTrend({ entries, from: at(0), until: at(20) });
        const sum = (key: 'passed' | 'unseen' | 'asked') =>
          [...last.values()].reduce((total, each) => total + each[key], 0);
        expect(points.at(-1)).toMatchObject({
          entities: last.size,
          passed: sum('passed'),
          unseen: sum('unseen'),
          asked: sum('asked'),
        });
      }),
    );
  });
});
