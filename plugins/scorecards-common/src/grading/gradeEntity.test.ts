import { CHECK_OUTCOMES, CheckOutcome } from '@shopfloor/plugin-checks-common';
import fc from 'fast-check';
import { ScorecardDefinition } from '../definition/types';
import { validateDefinition } from '../definition/validateDefinition';
import { same, testDefinition } from '../testing/definitions';
import { bandOf, levelOfRank } from './bands';
import { gradeEntity, possibleScoreOf, scoreOf } from './gradeEntity';
import { GRADE_STATES } from './types';

const WORDS: Record<string, CheckOutcome> = {
  P: 'pass',
  F: 'fail',
  U: 'unknown',
  S: 'stale',
  '-': 'not-applicable',
};

/** Outcomes of a, b, c, d in this order. */
function outcomesOf(letters: string): Map<string, CheckOutcome> {
  return new Map(
    [...letters].map((letter, index) => ['abcd'[index], WORDS[letter]]),
  );
}

describe('gradeEntity', () => {
  // Weights a 3, b 1 (bronze, 75 %), c 2 (silver), d 4 (gold); ok from 80 %, at risk from 50 %.
  it.each([
    // outcomes, rank, possible rank, passed, unseen, asked, state
    ['PPPP', 3, 3, 10, 0, 10, 'ok'],
    // 4 of 4 bronze, no silver. 8 of 10 is exactly 80 %.
    ['PPFP', 1, 1, 8, 0, 10, 'ok'],
    // 3 of 4 bronze is exactly 75 %.
    ['PFFF', 1, 1, 3, 0, 10, 'failing'],
    // 1 of 4 is too little, and the levels above do not help.
    ['FPPP', 0, 0, 7, 0, 10, 'at-risk'],
    // Silver could be reached, gold fails: 4 of 10 now, 6 possible.
    ['PPUF', 1, 2, 4, 2, 10, 'unknown'],
    // Stale is not passed: 6 of 10 now, 10 possible.
    ['PPPS', 2, 3, 6, 4, 10, 'stale'],
    // 8 now and 9 possible: ok in any case.
    ['PUPP', 3, 3, 9, 1, 10, 'ok'],
    // Unknown beside stale: it is unknown what it is.
    ['PUPS', 2, 3, 5, 5, 10, 'unknown'],
    ['UUUU', 0, 3, 0, 10, 10, 'unknown'],
    ['SSSS', 0, 3, 0, 10, 10, 'stale'],
    ['FFFF', 0, 0, 0, 0, 10, 'failing'],
    // Silver asks nothing of it, so that gold follows bronze: 8 of 8.
    ['PP-P', 3, 3, 8, 0, 8, 'ok'],
    // Only the highest level applies; it is reached by passing it.
    ['---P', 3, 3, 4, 0, 4, 'ok'],
    ['---F', 2, 2, 0, 0, 4, 'failing'],
    ['----', 0, 0, 0, 0, 0, 'not-applicable'],
  ])(
    'grades %s to rank %i, possibly %i, with %i passed and %i unseen of %i: %s',
    (letters, rank, possibleRank, passed, unseen, asked, state) => {
      const grade = gradeEntity({
        definition: testDefinition(),
        outcomes: outcomesOf(letters),
      });
      expect(grade.figures).toEqual({
        rank,
        possibleRank,
        passed,
        unseen,
        asked,
        state,
      });
      expect(grade.withoutWaivers).toEqual(grade.figures);
    },
  );

  it('shows the grade with and without waivers', () => {
    const { figures, withoutWaivers, counts, checks } = gradeEntity({
      definition: testDefinition(),
      outcomes: outcomesOf('PPFP'),
      waived: new Set(['c', 'a']),
    });
    // c is left out: 8 of 8. The waiver of a, which passes, changes nothing.
    expect(figures).toMatchObject({ rank: 3, passed: 8, asked: 8 });
    expect(withoutWaivers).toMatchObject({ rank: 1, passed: 8, asked: 10 });
    expect(counts).toEqual({
      pass: 3,
      fail: 1,
      unknown: 0,
      stale: 0,
      'not-applicable': 0,
      waived: 1,
    });
    expect(checks.filter(({ waived }) => waived)).toEqual([
      { check: 'c', outcome: 'fail', waived: true },
    ]);
  });

  it('has no score, and says unknown, when all that is asked is waived', () => {
    const { figures, withoutWaivers } = gradeEntity({
      definition: testDefinition(),
      outcomes: outcomesOf('FFFF'),
      waived: new Set(['a', 'b', 'c', 'd']),
    });
    expect(scoreOf(figures)).toBeUndefined();
    expect(figures.state).toBe('unknown');
    expect(withoutWaivers.state).toBe('failing');
  });

  it('takes a check of which nothing is known as unknown', () => {
    const { counts, checks } = gradeEntity({
      definition: testDefinition(),
      outcomes: new Map([['a', 'pass']]),
    });
    expect(counts).toMatchObject({ pass: 1, unknown: 3 });
    expect(checks[3]).toEqual({
      check: 'd',
      outcome: 'unknown',
      waived: false,
    });
  });

  it('sums up levels and categories', () => {
    const { levels, categories } = gradeEntity({
      definition: testDefinition(),
      outcomes: outcomesOf('PFUF'),
    });
    expect(levels).toEqual([
      {
        level: 'bronze',
        reached: true,
        possible: true,
        passed: 3,
        asked: 4,
        threshold: 75,
      },
      {
        level: 'silver',
        reached: false,
        possible: true,
        passed: 0,
        asked: 2,
        threshold: 100,
      },
      {
        level: 'gold',
        reached: false,
        possible: false,
        passed: 0,
        asked: 4,
        threshold: 100,
      },
    ]);
    expect(categories).toEqual([
      { category: 'runtime', passed: 3, unseen: 2, asked: 5 },
      { category: 'docs', passed: 0, unseen: 0, asked: 5 },
    ]);
  });
});

const definitions: fc.Arbitrary<ScorecardDefinition> = fc
  .record({
    levels: fc.array(fc.integer({ min: 1, max: 100 }), {
      minLength: 1,
      maxLength: 5,
    }),
    weights: fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 100 })), {
      maxLength: 12,
    }),
    states: fc.tuple(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 100 }),
    ),
  })
  .map(({ levels, weights, states }) => {
    const asks = [
      ...levels.map((_, index): [number, number] => [index, 1]),
      ...weights,
    ];
    return testDefinition({
      levels: levels.map((threshold, index) => ({
        name: `l${index}`,
        title: same('level'),
        threshold,
      })),
      states: { ok: Math.max(...states), atRisk: Math.min(...states) },
      checks: asks.map(([level, weight], index) => ({
        check: `c${index}`,
        level: `l${level % levels.length}`,
        category: 'docs',
        weight,
      })),
    });
  });

const cases = definitions.chain(definition =>
  fc.record({
    definition: fc.constant(definition),
    outcomes: fc
      .array(fc.constantFrom(...CHECK_OUTCOMES), {
        minLength: definition.checks.length,
        maxLength: definition.checks.length,
      })
      .map(
        list =>
          new Map(
            list.map((outcome, index) => [
              definition.checks[index].check,
              outcome,
            ]),
          ),
      ),
    waived: fc
      .subarray(definition.checks.map(({ check }) => check))
      .map(names => new Set(names)),
  }),
);

describe('every grade', () => {
  it('is of one level and one state, whatever the definition and the outcomes', () => {
    fc.assert(
      fc.property(cases, ({ definition, outcomes, waived }) => {
        expect(validateDefinition(definition)).toEqual([]);
        const { figures, withoutWaivers } = gradeEntity({
          definition,
          outcomes,
          waived,
        });
        for (const each of [figures, withoutWaivers]) {
          expect(GRADE_STATES).toContain(each.state);
          expect(each.rank).toBeLessThanOrEqual(each.possibleRank);
          expect(each.possibleRank).toBeLessThanOrEqual(
            definition.levels.length,
          );
          expect(each.passed + each.unseen).toBeLessThanOrEqual(each.asked);
          expect(
            each.rank === 0 || levelOfRank(definition, each.rank) !== undefined,
          ).toBe(true);
        }
      }),
    );
  });

  it('has every score in exactly one band, in the order of the bands', () => {
    const order = ['failing', 'at-risk', 'ok'];
    fc.assert(
      fc.property(
        definitions,
        fc.integer({ min: 1, max: 10_000 }),
        ({ states }, asked) => {
          const bands = Array.from({ length: 101 }, (_, percent) =>
            order.indexOf(
              bandOf(
                { passed: Math.floor((percent * asked) / 100), asked },
                states,
              )!,
            ),
          );
          expect(bands).not.toContain(-1);
          expect(bands).toEqual([...bands].sort());
          expect(bands[100]).toBe(2);
        },
      ),
    );
  });

  it('is not better for what is not known: unknown and stale never count as pass', () => {
    fc.assert(
      fc.property(cases, ({ definition, outcomes, waived }) => {
        const pessimistic = new Map(
          [...outcomes].map(([check, outcome]) => [
            check,
            outcome === 'unknown' || outcome === 'stale' ? 'fail' : outcome,
          ]),
        ) as Map<string, CheckOutcome>;
        const { figures } = gradeEntity({ definition, outcomes, waived });
        const worst = gradeEntity({
          definition,
          outcomes: pessimistic,
          waived,
        }).figures;
        expect(figures.rank).toBe(worst.rank);
        expect(figures.passed).toBe(worst.passed);
        expect(figures.state === 'ok' && worst.state !== 'ok').toBe(false);
      }),
    );
  });

  it('is not worse for one more check that passes, and not for a waiver', () => {
    fc.assert(
      fc.property(cases, fc.nat(), ({ definition, outcomes, waived }, seed) => {
        const grade = gradeEntity({ definition, outcomes, waived });
        const { check } = definition.checks[seed % definition.checks.length];
        const better = gradeEntity({
          definition,
          outcomes: new Map([
            ...outcomes,
            ...(outcomes.get(check) === 'not-applicable'
              ? []
              : [[check, 'pass'] as const]),
          ]),
          waived,
        });
        expect(better.figures.rank).toBeGreaterThanOrEqual(grade.figures.rank);
        expect(scoreOf(better.figures) ?? 1).toBeGreaterThanOrEqual(
          scoreOf(grade.figures) ?? 0,
        );
        expect(grade.figures.rank).toBeGreaterThanOrEqual(
          grade.withoutWaivers.rank,
        );
        expect(scoreOf(grade.figures) ?? 1).toBeGreaterThanOrEqual(
          scoreOf(grade.withoutWaivers) ?? 0,
        );
      }),
    );
  });

  it('becomes what was possible when all that is unseen passes', () => {
    fc.assert(
      fc.property(cases, ({ definition, outcomes }) => {
        const { figures } = gradeEntity({ definition, outcomes });
        const seen = gradeEntity({
          definition,
          outcomes: new Map(
            [...outcomes].map(([check, outcome]) => [
              check,
              outcome === 'unknown' || outcome === 'stale' ? 'pass' : outcome,
            ]),
          ),
        }).figures;
        expect(seen.rank).toBe(figures.possibleRank);
        expect(scoreOf(seen)).toBe(possibleScoreOf(figures));
      }),
    );
  });
});
