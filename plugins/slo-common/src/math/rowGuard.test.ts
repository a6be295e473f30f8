import fc from 'fast-check';
import { generateRules } from '../rules/generateRules';
import { lintSlo } from '../lint/lintSlo';
import { parseOpenSlo } from '../openslo/parseOpenSlo';
import { tryTargets } from './whatIf';
import { evaluateObjective } from './evaluate';
import { rowGuard } from './rowGuard';

const HOUR = 3600;
const DAY = 24 * HOUR;
const NOW = new Date('2026-11-26T12:00:00Z');

/** A row of the burn table over 30 days: seconds of its long window, factor. */
const ROWS = [
  [HOUR, 14.4],
  [6 * HOUR, 6],
  [DAY, 3],
  [3 * DAY, 1],
] as const;

/**
 * The fewest counts of each row, by hand. One bad of n burns at 1 / (n x (1 - target)), so that n must be above
 * 1 / (factor x (1 - target)): at 99.9 % 69.4, 166.7, 333.3, 1,000 (of which 1,000 burns at exactly 1); at 99 % 6.9, 16.7,
 * 33.3, 100. Windows hold 60, 360, 1,440 and 4,320 slices of a minute, 12, 72, 288 and 864 of five.
 */
const TABLE: Array<
  [
    what: string,
    method: 'Occurrences' | 'Timeslices' | 'RatioTimeslices',
    target: number,
    slice: string | undefined,
    minimum: string | undefined,
    expected: number[],
  ]
> = [
  ['events', 'Occurrences', 0.999, undefined, undefined, [70, 167, 334, 1001]],
  ['events', 'Occurrences', 0.99, undefined, undefined, [7, 17, 34, 101]],
  ['its own', 'Occurrences', 0.999, undefined, '500', [500, 500, 500, 500]],
  ['none', 'Occurrences', 0.999, undefined, '0', [0, 0, 0, 0]],
  ['slices', 'Timeslices', 0.99, '1m', undefined, [7, 17, 34, 101]],
  // An hour holds 60 slices of a minute: 70 could never be reached.
  ['slices', 'Timeslices', 0.999, '1m', undefined, [60, 167, 334, 1001]],
  ['slices', 'Timeslices', 0.999, '5m', undefined, [12, 72, 288, 864]],
  ['slices', 'RatioTimeslices', 0.999, '1m', undefined, [60, 167, 334, 1001]],
  ['slices', 'RatioTimeslices', 0.99, '5m', undefined, [7, 17, 34, 101]],
  ['its own', 'Timeslices', 0.999, '1m', '100', [60, 100, 100, 100]],
  ['none', 'RatioTimeslices', 0.999, '1m', '0', [0, 0, 0, 0]],
];

function sloOf(
  method: string,
  target: number,
  slice: string | undefined,
  minimum: string | undefined,
) {
  const slices = slice
    ? `, timeSliceWindow: ${slice}${
        method === 'Timeslices' ? ', timeSliceTarget: 0.95' : ''
      }`
    : '';
  const parsed = parseOpenSlo(
    `apiVersion: openslo/v1
kind: SLO
metadata:
  name: guarded
${minimum === undefined ? '' : `  annotations: { shopfloor.dev/minimum-events: '${minimum}' }\n`}spec:
  service: shop
  indicator:
    metadata: { name: good }
    spec:
      ratioMetric:
        counter: false
        good: { metricSource: { type: Prometheus, spec: { query: 'shopfloor:requests:rate1m{code_class!="5xx"}' } } }
        total: { metricSource: { type: Prometheus, spec: { query: 'shopfloor:requests:rate1m' } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: ${method}
  objectives: [{ target: ${target}${slices} }]
`,
    { file: 'slo.yaml' },
  );
  expect(
    parsed.problems.filter(({ severity }) => severity === 'error'),
  ).toEqual([]);
  return parsed.slos[0];
}

describe('the fewest counts of an alert row', () => {
  it.each(TABLE)(
    'of %s (%s) at %d, slices of %s, annotation %s are %j',
    (_, method, target, slice, minimum, expected) => {
      const definition = sloOf(method, target, slice, minimum);
      const sliceSeconds = definition.objectives[0].timeSliceSeconds;
      const guard = {
        unit: slice ? ('slices' as const) : ('events' as const),
        minimumEvents: definition.minimumEvents,
        sliceSeconds,
      };
      expect(
        ROWS.map(([longSeconds, factor]) =>
          rowGuard({ ...guard, factor, target, longSeconds }),
        ),
      ).toEqual(expected);
    },
  );

  it.each(TABLE)(
    'is the same in the rules, on the page, in the lint and when another target is tried: %s (%s) at %d, slices of %s, annotation %s',
    (_, method, target, slice, minimum, expected) => {
      const definition = sloOf(method, target, slice, minimum);
      const sliceSeconds = definition.objectives[0].timeSliceSeconds;
      const unit = slice ? ('slices' as const) : ('events' as const);
      const { file } = generateRules({
        subjects: [
          {
            id: 'a',
            entityRef: 'component:default/shop',
            environment: 'production',
            definition,
          },
        ],
        intervalSeconds: 5,
        now: NOW,
      });
      const inRules = file.groups
        .flatMap(({ rules }) => rules)
        .filter(({ alert }) => alert === 'SloBurnsBudget')
        .map(({ expr }) => Number(/>= (\d+)\)/.exec(expr)?.[1] ?? 0));
      expect(inRules).toEqual(expected);

      ROWS.forEach(([longSeconds, factor], index) => {
        const fewest = expected[index];
        const burns = (total: number) => {
          const bad = total;
          const counts = { bad, total };
          const { burnRows } = evaluateObjective({
            target,
            windowSeconds: 30 * DAY,
            windows: new Map([
              [longSeconds, counts],
              [longSeconds / 12, counts],
            ]),
            coverageSeconds: 30 * DAY,
            minimumEvents: definition.minimumEvents,
            unit,
            sliceSeconds,
          });
          return burnRows.find(row => row.factor === factor)!;
        };
        const enough = Math.max(1, fewest);
        expect(burns(enough).active).toBe(true);
        // Without any event nothing burns, whatever a row needs.
        expect(burns(enough - 1).active).toBe(false);
        expect(fewest <= 1 || burns(enough - 1).eventsNeeded === fewest).toBe(
          true,
        );
        const tried = (total: number) =>
          tryTargets({
            buckets: [{ at: 0, counts: { bad: total, total } }],
            bucketSeconds: longSeconds / 12,
            windowSeconds: 30 * DAY,
            targets: [target],
            guard: {
              unit,
              minimumEvents: definition.minimumEvents,
              sliceSeconds,
            },
          })[0].rows.find(row => row.factor === factor)!.firings.length;
        expect(tried(enough)).toBe(1);
        expect(tried(enough - 1)).toBe(0);
      });

      // With one event in thirty days every row that has a guard is silent.
      const muted = lintSlo({
        definition,
        observations: { total: 1, coverageSeconds: 30 * DAY },
        now: NOW,
      })
        .findings.filter(({ code }) => code === 'row-muted')
        .map(({ values }) => values.guard);
      expect(muted).toEqual(expected.filter(fewest => fewest > 0));
    },
  );

  it('of slices is never more than the window holds', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ROWS),
        fc.constantFrom(0.9, 0.99, 0.999, 0.9999),
        fc.constantFrom(60, 300, 600),
        fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: undefined }),
        ([longSeconds, factor], target, sliceSeconds, minimumEvents) => {
          const fewest = rowGuard({
            unit: 'slices',
            factor,
            target,
            longSeconds,
            sliceSeconds,
            minimumEvents,
          });
          expect(fewest).toBeLessThanOrEqual(longSeconds / sliceSeconds);
          expect(
            rowGuard({ unit: 'weights', factor, target, longSeconds }),
          ).toBe(0);
        },
      ),
    );
  });
});
