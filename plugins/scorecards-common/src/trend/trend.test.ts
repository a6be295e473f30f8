import { CheckOutcome } from '@shopfloor/plugin-checks-common';
import { gradeEntity } from '../grading/gradeEntity';
import { GradeFigures } from '../grading/types';
import { testDefinition } from '../testing/definitions';
import { compareGrades, LastKnown, nextLastKnown } from './compareGrades';
import { trendOf } from './trend';

const now = new Date('2026-11-30T00:00:00Z');

function point(day: number, rank: number, passed: number, asked = 10) {
  const figures: GradeFigures = {
    rank,
    possibleRank: rank,
    passed,
    unseen: 0,
    asked,
    state: 'ok',
  };
  const at = new Date(now.getTime() - day * 86_400_000).toISOString();
  return { at, figures };
}

describe('trendOf', () => {
  it.each([
    ['nothing', [], 'unknown', undefined],
    ['one point', [point(3, 1, 5)], 'flat', 0],
    // What held 30 days ago became so 40 days ago.
    ['a rise', [point(40, 1, 5), point(5, 1, 8)], 'up', 0.3],
    [
      'a fall and a rise',
      [point(40, 1, 5), point(20, 1, 1), point(5, 1, 4)],
      'down',
      -0.1,
    ],
    [
      'a lost level with a better score',
      [point(31, 2, 5), point(1, 1, 9)],
      'down',
      0.4,
    ],
    [
      'nothing asked any more',
      [point(40, 1, 5), point(2, 1, 0, 0)],
      'unknown',
      undefined,
    ],
  ])('tells %s', (_, points, direction, scoreChange) => {
    const trend = trendOf({ points, now, periodDays: 30 });
    expect(trend.direction).toBe(direction);
    // To a tenth of a percent, which rounds off what binary fractions add.
    expect(trend.scoreChange?.toFixed(3)).toBe(scoreChange?.toFixed(3));
  });
});

describe('compareGrades', () => {
  const definition = testDefinition();
  const grade = (
    outcomes: Record<string, CheckOutcome>,
    waived: string[] = [],
  ) =>
    gradeEntity({
      definition,
      outcomes: new Map(Object.entries(outcomes)),
      waived: new Set(waived),
    });
  const before = (lastKnown: LastKnown, rank = 3) => ({
    fingerprint: 'f',
    rank,
    lastKnown,
  });
  const all: LastKnown = { a: 'pass', b: 'pass', c: 'pass', d: 'fail' };

  it('tells what was lost and won since it was last known', () => {
    expect(
      compareGrades({
        before: before(all),
        after: grade({ a: 'pass', b: 'fail', c: 'unknown', d: 'pass' }),
        fingerprint: 'f',
      }),
    ).toEqual({ lost: ['b'], won: ['d'], rankBefore: 3, rankAfter: 1 });
  });

  it('takes lost sight for no regression, and tells it when the check is seen to fail', () => {
    const unseen = grade({ a: 'stale', b: 'pass', c: 'pass', d: 'fail' });
    expect(
      compareGrades({ before: before(all), after: unseen, fingerprint: 'f' }),
    ).toMatchObject({ lost: [] });
    const known = nextLastKnown(all, unseen.checks);
    expect(known).toEqual(all);
    expect(
      compareGrades({
        before: before(known),
        after: grade({ a: 'fail', b: 'pass', c: 'pass', d: 'fail' }),
        fingerprint: 'f',
      })?.lost,
    ).toEqual(['a']);
  });

  it('leaves out what is waived', () => {
    expect(
      compareGrades({
        before: before(all),
        after: grade({ a: 'fail', b: 'pass', c: 'pass', d: 'fail' }, ['a']),
        fingerprint: 'f',
      })?.lost,
    ).toEqual([]);
  });

  it('compares nothing across a change of the definition or with no grade before', () => {
    const after = grade({ a: 'fail' });
    expect(
      compareGrades({ before: before(all), after, fingerprint: 'g' }),
    ).toBeUndefined();
    expect(
      compareGrades({ before: undefined, after, fingerprint: 'f' }),
    ).toBeUndefined();
  });

  it('forgets what the scorecard asks for no longer', () => {
    expect(
      nextLastKnown({ a: 'pass', gone: 'fail' }, grade({ a: 'fail' }).checks),
    ).toEqual({ a: 'fail' });
  });
});
