import { readFileSync } from 'fs';
import { resolve } from 'path';
import fc from 'fast-check';
import { burnRowDefinitions, canExceed } from '../math/burnRows';
import { requestsSlo, subjectsOf } from '../rules/testing/subjects';
import { lintSlo } from './lintSlo';
import { SloObservations } from './types';

const NOW = new Date('2026-11-26T12:00:00Z');
const HOUR = 3600;
const DAY = 24 * HOUR;

/** All there is to know, with nothing wrong: ten requests a second for 30 days. */
const HEALTHY: SloObservations = {
  countedPresent: true,
  totalPresent: true,
  countedAboveTotal: false,
  total: 25_920_000,
  coverageSeconds: 30 * DAY,
  coverageResolutionSeconds: 300,
};

function lint(text: string, observations?: SloObservations, name?: string) {
  const { definition } = subjectsOf(text).find(
    subject => !name || subject.definition.name === name,
  )!;
  const report = lintSlo({ definition, observations, now: NOW });
  return {
    ...report,
    brief: report.findings.map(({ code, severity, values }) => [
      code,
      severity,
      values.longSeconds ?? values.policy ?? values.part ?? '',
    ]),
  };
}

const services = (service: string) =>
  readFileSync(
    resolve(__dirname, `../../../../services/${service}/slo.yaml`),
    'utf8',
  );

describe('lint of an SLO', () => {
  it('has nothing to say of a healthy one', () => {
    expect(lint(requestsSlo(), HEALTHY)).toMatchObject({
      findings: [],
      unchecked: [],
    });
  });

  it('says what it has not looked at', () => {
    expect(lint(requestsSlo())).toMatchObject({
      findings: [],
      unchecked: [
        'metric-absent',
        'good-above-total',
        'history-short',
        'row-muted',
      ],
    });
    expect(
      lint(services('products'), undefined, 'products-latency').unchecked,
    ).toContain('bucket-missing');
  });

  // 90 % of 30 d: burns at most at 10, below 14.4. 7 d: 3.36, 1.4, then 0.7 and 0.233 inside the budget.
  it.each([
    [
      '90 % in 30 days',
      requestsSlo({ target: 0.9 }),
      [['row-never-fires', 'warning', HOUR]],
    ],
    [
      '99.9 % in 7 days',
      requestsSlo({ window: '7d' }),
      [
        ['row-inside-budget', 'info', DAY],
        ['row-inside-budget', 'info', 3 * DAY],
      ],
    ],
    [
      '60 % in 7 days',
      requestsSlo({ window: '7d', target: 0.6 }),
      [
        // At most 2.5.
        ['row-never-fires', 'warning', HOUR],
        ['row-inside-budget', 'info', DAY],
        ['row-inside-budget', 'info', 3 * DAY],
      ],
    ],
  ])('finds the rows of %s that say nothing', (_, text, expected) => {
    expect(lint(text, HEALTHY).brief).toEqual(expected);
  });

  it('finds slices that are too coarse for a row, and those that fire it alone', () => {
    const slices = (window: string, target: number) =>
      lint(
        requestsSlo({
          method: 'Timeslices',
          target,
          slices: `, timeSliceTarget: 0.95, timeSliceWindow: ${window}`,
        }),
        HEALTHY,
      ).brief;
    // Slices of 10 minutes do not fit into 5 minutes. 99 %: 6 h at 6 are 36 slices, 1 / 0.06 = 16.7 are enough; 1 d at 3
    // are 144 > 33.3; 3 d at 1 are 432 > 100.
    expect(slices('10m', 0.99)).toEqual([
      ['slice-too-coarse', 'warning', HOUR],
    ]);
    // 99.9 % in slices of 5 minutes: 12 of 69.4; 72 of 166.7; 288 of 333.3; 864 of 1,000. All of them.
    expect(slices('5m', 0.999)).toEqual([
      ['slice-fires-alone', 'warning', HOUR],
      ['slice-fires-alone', 'warning', 6 * HOUR],
      ['slice-fires-alone', 'warning', DAY],
      ['slice-fires-alone', 'warning', 3 * DAY],
    ]);
    // A minute at 99.9 %: 60 of 69.4 is not enough, 360 of 166.7 is.
    expect(slices('1m', 0.999)).toEqual([
      ['slice-fires-alone', 'warning', HOUR],
    ]);
  });

  it('finds a guard that is too low, and traffic that is', () => {
    const few = requestsSlo({ annotations: { 'minimum-events': '100' } });
    // 70, 167, 334, 1,001 are needed.
    expect(lint(few, HEALTHY).findings).toEqual([
      expect.objectContaining({
        code: 'guard-too-low',
        objective: 0,
        field: 'spec.objectives[0]',
        values: expect.objectContaining({ factor: 6, guard: 100, needed: 167 }),
      }),
      expect.objectContaining({
        values: expect.objectContaining({ needed: 334 }),
      }),
      expect.objectContaining({
        values: expect.objectContaining({ needed: 1_001 }),
      }),
    ]);
    // 36 requests an hour: 36 of 70, 216 of 167, 864 of 334, 2,592 of 1,001.
    const quiet = { ...HEALTHY, total: 25_920 };
    expect(lint(requestsSlo(), quiet).brief).toEqual([
      ['row-muted', 'info', HOUR],
    ]);
  });

  it('finds conditions of policies that never fire or fire inside the budget', () => {
    const policy = (threshold: number) => `  alertPolicies:
    - kind: AlertPolicy
      metadata: { name: mine }
      spec:
        alertWhenBreaching: true
        conditions:
          - metadata: { name: c }
            spec:
              severity: page
              condition: { threshold: ${threshold}, lookbackWindow: 1h, alertAfter: 0m }
`;
    const brief = (threshold: number) =>
      lint(requestsSlo({ target: 0.95, policies: policy(threshold) }), HEALTHY)
        .brief;
    expect(brief(20)).toEqual([['condition-never-fires', 'warning', 'mine']]);
    expect(brief(0.5)).toEqual([
      ['condition-inside-budget', 'warning', 'mine'],
    ]);
    expect(brief(19)).toEqual([]);
  });

  it('finds series that are absent or do not belong together', () => {
    expect(
      lint(requestsSlo(), { ...HEALTHY, totalPresent: false }).brief,
    ).toEqual([['metric-absent', 'error', 'total']]);
    expect(
      lint(requestsSlo(), { ...HEALTHY, countedPresent: false }).brief,
    ).toEqual([['metric-absent', 'error', 'good']]);
    expect(
      lint(requestsSlo(), { ...HEALTHY, countedAboveTotal: true }).brief,
    ).toEqual([['good-above-total', 'error', 'good']]);
  });

  it.each([
    ['the bucket of Prometheus 3', ['100.0', '200.0', '250.0', '+Inf'], []],
    ['the bucket of before', ['100', '200', '+Inf'], []],
    ['no bucket', ['100.0', '250.0', '+Inf'], ['bucket-missing']],
    ['both spellings at once', ['200', '200.0', '+Inf'], ['bucket-missing']],
  ])('with %s at the limit', (_, bucketBounds, codes) => {
    const { findings } = lint(
      services('products'),
      { ...HEALTHY, bucketBounds },
      'products-latency',
    );
    expect(
      findings
        .map(({ code }) => code)
        .filter(code => code === 'bucket-missing'),
    ).toEqual(codes);
  });

  it('says how much of the window has data', () => {
    expect(
      lint(requestsSlo(), {
        ...HEALTHY,
        total: 72_000,
        coverageSeconds: 2 * HOUR,
      }).findings,
    ).toEqual([
      {
        code: 'history-short',
        severity: 'info',
        field: 'spec.timeWindow[0]',
        values: { coveredSeconds: 2 * HOUR, windowSeconds: 30 * DAY },
      },
    ]);
  });

  it('names every row that is not used, and no other', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0.5, 0.8, 0.9, 0.95, 0.99, 0.999),
        fc.integer({ min: 3, max: 120 }),
        (target, days) => {
          const { findings } = lint(
            requestsSlo({ target, window: `${days}d` }),
            {
              ...HEALTHY,
              coverageSeconds: days * DAY,
              total: 1e12,
            },
          );
          const unused = findings
            .filter(({ code }) => code.startsWith('row-'))
            .map(({ values }) => values.longSeconds);
          const used = burnRowDefinitions(days * DAY)
            .filter(({ factor }) => canExceed(factor, target))
            .map(({ longSeconds }) => longSeconds);
          expect([...unused, ...used].sort()).toEqual(
            [HOUR, 6 * HOUR, DAY, 3 * DAY].sort(),
          );
        },
      ),
    );
  });
});
