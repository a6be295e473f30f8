import { readFileSync } from 'fs';
import { resolve } from 'path';
import fc from 'fast-check';
import { parseOpenSlo } from './parseOpenSlo';

const VALID = `apiVersion: openslo/v1
kind: SLO
metadata:
  name: answers
  displayName: Answers
spec:
  service: products
  indicator:
    metadata:
      name: non-5xx
    spec:
      ratioMetric:
        counter: false
        good:
          metricSource:
            type: Prometheus
            spec:
              query: shopfloor:requests:rate1m{code_class!="5xx"}
        total:
          metricSource:
            type: Prometheus
            spec:
              query: shopfloor:requests:rate1m
  timeWindow:
    - duration: 30d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - target: 0.999
    - displayName: Stretch
      targetPercent: 99.99
`;

function parse(text: string) {
  return parseOpenSlo(text, { file: 'slo.yaml' });
}

describe('parseOpenSlo', () => {
  it('reads an SLO with several objectives', () => {
    const { slos, problems } = parse(VALID);
    expect(problems).toEqual([]);
    expect(slos).toEqual([
      expect.objectContaining({
        name: 'answers',
        displayName: 'Answers',
        service: 'products',
        line: 1,
        timeWindow: {
          kind: 'rolling',
          duration: '30d',
          durationSeconds: 2_592_000,
        },
        objectives: [
          { target: 0.999 },
          { displayName: 'Stretch', target: 0.9999 },
        ],
        evaluable: true,
      }),
    ]);
    expect(slos[0].indicator).toMatchObject({
      numerator: 'good',
      counted: { query: 'shopfloor:requests:rate1m{code_class!="5xx"}' },
    });
  });

  it('reads the definitions of products without a finding', () => {
    const file = resolve(__dirname, '../../../../services/products/slo.yaml');
    const { slos, documents, problems } = parse(readFileSync(file, 'utf8'));
    expect(problems).toEqual([]);
    expect(documents.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
      'Service/products',
      'DataSource/prometheus',
    ]);
    expect(
      slos.map(({ name, environments, objectives, evaluable }) => ({
        name,
        environments,
        targets: objectives.map(({ target }) => target),
        evaluable,
      })),
    ).toEqual([
      {
        name: 'products-availability',
        environments: ['production'],
        targets: [0.999],
        evaluable: true,
      },
      {
        name: 'products-latency',
        environments: ['production'],
        targets: [0.95],
        evaluable: true,
      },
    ]);
  });

  // Line numbers counted in VALID above.
  it.each<[string, string, string, number, string, RegExp]>([
    [
      'target: 0.999',
      'target: 1',
      'error',
      29,
      'spec.objectives[0].target',
      /no error budget/,
    ],
    [
      'target: 0.999',
      'target: high',
      'error',
      29,
      'spec.objectives[0].target',
      /must be a number/,
    ],
    [
      'targetPercent: 99.99',
      'target: 0.9\n      targetPercent: 90',
      'error',
      32,
      'spec.objectives[1].targetPercent',
      /either target/,
    ],
    [
      'duration: 30d',
      'duration: 30',
      'error',
      25,
      'spec.timeWindow[0].duration',
      /must be a text/,
    ],
    [
      'duration: 30d',
      'duration: 1M',
      'error',
      25,
      'spec.timeWindow[0].duration',
      /fixed length/,
    ],
    [
      'duration: 30d',
      'duration: 5m',
      'error',
      25,
      'spec.timeWindow[0].duration',
      /shortest/,
    ],
    [
      'isRolling: true',
      'isRolling: false',
      'error',
      26,
      'spec.timeWindow[0].isRolling',
      /rolling/,
    ],
    ['  service: products\n', '', 'error', 6, 'spec.service', /missing/],
    [
      'name: answers',
      'name: Answers!',
      'error',
      4,
      'metadata.name',
      /not a name/,
    ],
    ['kind: SLO', 'kind: Slo', 'error', 2, 'kind', /no kind "Slo"/],
    ['openslo/v1', 'openslo/v2', 'error', 1, 'apiVersion', /openslo\/v1/],
    [
      '  service: products',
      '  service: products\n  sevice: x',
      'warning',
      8,
      'spec.sevice',
      /kept and ignored/,
    ],
    [
      'Occurrences',
      'Sometimes',
      'error',
      27,
      'spec.budgetingMethod',
      /is one of/,
    ],
    [
      'isRolling: true',
      'calendar:\n        startTime: 2026-01-01 00:00:00\n        timeZone: Mars',
      'error',
      28,
      'spec.timeWindow[0].calendar.timeZone',
      /Mars/,
    ],
    [
      'counter: false',
      'counter: true',
      'unsupported',
      13,
      'spec.indicator.spec.ratioMetric.counter',
      /counter: false/,
    ],
    [
      'query: shopfloor:requests:rate1m\n',
      'query: sum(rate(x[5m]))\n',
      'unsupported',
      23,
      'spec.indicator.spec.ratioMetric.total.metricSource.spec.query',
      /plain series/,
    ],
    [
      'query: shopfloor:requests:rate1m\n',
      'query: istio_requests_total\n',
      'unsupported',
      23,
      'spec.indicator.spec.ratioMetric.total.metricSource.spec.query',
      /shopfloor:\*/,
    ],
    [
      'type: Prometheus\n            spec:\n              query: shopfloor:requests:rate1m\n',
      'metricSourceRef: nowhere\n            spec:\n              query: a\n',
      'error',
      21,
      'spec.indicator.spec.ratioMetric.total.metricSource.metricSourceRef',
      /no DataSource "nowhere"/,
    ],
    [
      '    - target: 0.999',
      '    - target: 0.999\n      compositeWeight: 2',
      'warning',
      30,
      'spec.objectives[0].compositeWeight',
      /every objective has an indicator/,
    ],
  ])(
    'for "%s" written as "%s" reports %s at line %d, %s',
    (from, to, severity, line, field, message) => {
      const { slos, problems } = parse(VALID.replace(from, to));
      expect(problems).toEqual([
        expect.objectContaining({
          severity,
          file: 'slo.yaml',
          line,
          field,
          message: expect.stringMatching(message),
        }),
      ]);
      expect(slos.map(slo => slo.evaluable)).toEqual(
        { error: [], unsupported: [false], warning: [true] }[severity],
      );
    },
  );

  it('keeps a right document beside a wrong one and counts lines through both', () => {
    const second = VALID.replace('name: answers', 'name: other').replace(
      'target: 0.999',
      'target: 7',
    );
    const { slos, problems } = parse(`${VALID}---\n${second}`);
    expect(slos.map(slo => slo.name)).toEqual(['answers']);
    expect(problems).toEqual([
      expect.objectContaining({
        line: 32 + 29,
        document: 'SLO/other',
        field: 'spec.objectives[0].target',
      }),
    ]);
  });

  it('takes an indicator by reference', () => {
    const sli = `apiVersion: openslo/v1
kind: SLI
metadata: { name: errors }
spec:
  ratioMetric:
    counter: false
    bad: { metricSource: { type: Prometheus, spec: { query: 'shopfloor:requests:rate1m{code_class="5xx"}' } } }
    total: { metricSource: { type: Prometheus, spec: { query: 'shopfloor:requests:rate1m' } } }
`;
    const slo = VALID.replace(
      / {2}indicator:[\s\S]* {2}timeWindow/,
      '  indicatorRef: errors\n  timeWindow',
    );
    expect(parse(`${sli}---\n${slo}`).slos[0].indicator).toMatchObject({
      name: 'errors',
      numerator: 'bad',
    });
    expect(parse(slo).problems).toEqual([
      expect.objectContaining({ line: 8, field: 'spec.indicatorRef' }),
    ]);
  });

  it('refuses a second document of the same name', () => {
    const { slos, problems } = parse(`${VALID}---\n${VALID}`);
    expect(slos).toHaveLength(1);
    expect(problems).toEqual([
      expect.objectContaining({ line: 36, field: 'metadata.name' }),
    ]);
  });

  it.each([
    ['nothing', ''],
    ['broken YAML', 'kind: [SLO'],
    ['a list', '- 1\n- 2\n'],
    [
      'aliases that expand without bound',
      `a: &a [1,1,1,1,1,1,1,1,1,1]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
`,
    ],
  ])('reports %s and does not throw', (_, text) => {
    const { slos, problems } = parse(text);
    expect(slos).toEqual([]);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]).toMatchObject({ severity: 'error' });
  });

  it('never throws, whatever a field holds', () => {
    const lines = VALID.trimEnd().split('\n');
    const value = fc.oneof(
      fc.constantFrom(
        'null',
        '[]',
        '{}',
        '7',
        'true',
        '~',
        '""',
        '[{}]',
        '{a: 1}',
      ),
      fc.string({ maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.nat(lines.length - 1), value, (index, text) => {
        const changed = [...lines];
        changed[index] = changed[index].replace(/:.*$/, `: ${text}`);
        const { problems } = parse(changed.join('\n'));
        for (const problem of problems) {
          expect(problem.line).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
