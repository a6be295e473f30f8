import { readFileSync } from 'fs';
import { resolve } from 'path';
import { parseOpenSlo } from './parseOpenSlo';

const EXAMPLE = readFileSync(
  resolve(__dirname, 'testing/everything.yaml'),
  'utf8',
);

function parse(text: string) {
  return parseOpenSlo(text, { file: 'slo.yaml' });
}

function slo(name: string, text = EXAMPLE) {
  return parse(text).slos.find(found => found.name === name)!;
}

/** Line of the first occurrence of a text, 1-based. */
function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split('\n').length;
}

describe('OpenSLO v1, the whole of it', () => {
  it('has no error in a file of every kind', () => {
    const { problems, everything } = parse(EXAMPLE);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(everything.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
      'Service/shop',
      'DataSource/prometheus',
      'DataSource/warehouse',
      'SLI/checkout-errors',
      'AlertNotificationTarget/OnCallMail',
      'AlertCondition/burns-fast',
      'AlertPolicy/page-on-burn',
      'SLO/checkout',
      'SLO/checkout-slices',
      'SLO/checkout-ratio-slices',
      'SLO/queue-depth',
      'SLO/warehouse-raw',
      'SLO/shop-composite',
      'SLO/shop-journey',
    ]);
  });

  it('reads a calendar window, an indicator by reference, a policy and its parts', () => {
    expect(slo('checkout')).toMatchObject({
      timeWindow: {
        kind: 'calendar',
        duration: '1M',
        startTime: '2026-01-01 00:00:00',
        timeZone: 'Europe/Berlin',
      },
      furtherWindows: [
        { kind: 'rolling', duration: '7d', durationSeconds: 604_800 },
        { kind: 'calendar', duration: '1Q', timeZone: 'Europe/Berlin' },
      ],
      indicatorDefinition: {
        kind: 'ratio',
        name: 'checkout-errors',
        numerator: 'bad',
        counter: false,
      },
      indicator: { numerator: 'bad' },
      minimumEvents: 250,
      runbook: 'https://docs.example/runbooks/checkout',
      maintenance: [
        {
          kind: 'weekly',
          weekdays: [7],
          fromMinute: 120,
          toMinute: 240,
          timeZone: 'Europe/Berlin',
        },
        {
          kind: 'once',
          // date -u -d 2026-12-01T22:00:00Z +%s
          fromSeconds: 1_796_162_400,
          toSeconds: 1_796_162_400 + 90 * 60,
        },
      ],
      alertPolicies: [
        {
          name: 'page-on-burn',
          alertWhenBreaching: true,
          alertWhenNoData: true,
          alertWhenResolved: false,
          condition: {
            name: 'burns-fast',
            severity: 'page',
            kind: 'burnrate',
            threshold: 10,
            lookbackSeconds: 3600,
            alertAfterSeconds: 300,
          },
          notificationTargets: [{ name: 'OnCallMail', target: 'email' }],
        },
        {
          name: 'inline',
          condition: {
            name: 'slow',
            threshold: 1,
            lookbackSeconds: 259_200,
            alertAfterSeconds: 0,
          },
          notificationTargets: [{ name: 'OnCallChat' }],
        },
      ],
    });
  });

  it('reads slices: a number of minutes or a duration', () => {
    expect(slo('checkout-slices')).toMatchObject({
      budgetingMethod: 'Timeslices',
      objectives: [
        {
          op: 'gte',
          target: 0.99,
          timeSliceTarget: 0.95,
          timeSliceSeconds: 300,
        },
      ],
    });
    expect(slo('checkout-ratio-slices')).toMatchObject({
      budgetingMethod: 'RatioTimeslices',
      objectives: [{ target: 0.99, timeSliceSeconds: 60 }],
    });
  });

  it('reads thresholds and raw ratios of any source', () => {
    expect(slo('queue-depth')).toMatchObject({
      indicatorDefinition: {
        kind: 'threshold',
        metric: { series: 'shopfloor:queue_depth{queue="orders"}' },
      },
      objectives: [{ op: 'lte', value: 100, target: 0.95 }],
    });
    const raw = slo('warehouse-raw').indicatorDefinition;
    expect(raw).toMatchObject({
      kind: 'raw',
      rawType: 'failure',
      raw: {
        dataSource: 'warehouse',
        type: 'Redshift',
        spec: { query: 'SELECT 1', clusterId: 'metrics' },
      },
    });
    expect(raw?.kind === 'raw' && raw.raw.series).toBeUndefined();
  });

  it('reads a composite and a journey', () => {
    expect(slo('shop-composite')).toMatchObject({
      composite: true,
      objectives: [
        { target: 0.999, weight: 3, indicator: { name: 'checkout-errors' } },
        { target: 0.99, indicator: { name: 'search', numerator: 'good' } },
      ],
    });
    expect(slo('shop-composite').indicatorDefinition).toBeUndefined();
    expect(slo('shop-journey').journey).toEqual([
      {
        entityRef: 'component:default/cart',
        slo: 'cart-availability',
        weight: 1,
      },
      {
        entityRef: 'component:default/orders',
        slo: 'orders-availability',
        weight: 2.5,
      },
    ]);
  });

  it('says of each what the portal does not evaluate, and why', () => {
    const { slos } = parse(EXAMPLE);
    const silent = slos.filter(
      ({ unsupported, evaluable }) => !evaluable && unsupported.length === 0,
    );
    expect(
      slos.filter(({ evaluable }) => !evaluable).map(({ name }) => name),
    ).toEqual(['warehouse-raw']);
    expect(silent).toEqual([]);
    expect(slo('warehouse-raw').unsupported).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          field:
            'spec.indicator.spec.ratioMetric.raw.metricSource.metricSourceRef',
          message: expect.stringContaining('"Redshift"'),
        }),
        expect.objectContaining({
          message: expect.stringContaining('RatioTimeslices'),
        }),
      ]),
    );
  });

  // Each changes one line of the example and names the place of the error.
  it.each<[string, string, string, RegExp]>([
    ['op: lte', 'op: atMost', 'spec.objectives[0].op', /lt, lte, gt, gte/],
    ['value: 100', 'value: many', 'spec.objectives[0].value', /number/],
    [
      'timeSliceWindow: 5 ',
      'timeSliceWindow: 1M ',
      'spec.objectives[0].timeSliceWindow',
      /whole minutes/,
    ],
    [
      'timeSliceWindow: 5 ',
      'timeSliceWindow: 0.5 ',
      'spec.objectives[0].timeSliceWindow',
      /whole minutes/,
    ],
    [
      'timeSliceWindow: 5 ',
      'timeSliceWindow: 11 ',
      'spec.objectives[0].timeSliceWindow',
      /whole number of slices/,
    ],
    [
      'timeSliceTarget: 0.95',
      'timeSliceTarget: 95',
      'spec.objectives[0].timeSliceTarget',
      /at most 1/,
    ],
    [
      'compositeWeight: 3',
      'compositeWeight: 0',
      'spec.objectives[0].compositeWeight',
      /above 0/,
    ],
    [
      'indicatorRef: checkout-errors # of a part',
      'displayName: none',
      'spec.objectives[0]',
      /every objective needs one/,
    ],
    [
      'rawType: failure',
      'rawType: broken',
      'spec.indicator.spec.ratioMetric.rawType',
      /success, failure/,
    ],
    ['threshold: 10', 'threshold: -1', 'spec.condition.threshold', /above 0/],
    [
      'lookbackWindow: 1h',
      'lookbackWindow: 1M',
      'spec.condition.lookbackWindow',
      /fixed length/,
    ],
    ['kind: burnrate', 'kind: forecast', 'spec.condition.kind', /burnrate/],
    ['target: email', 'target: 7', 'spec.target', /text/],
    [
      'startTime: 2026-01-01',
      'startTime: 2026-02-31',
      'spec.timeWindow[0].calendar.startTime',
      /date and time/,
    ],
    [
      'Sun 02:00-04:00 Europe/Berlin',
      'Sun 02:00-04:00 Mars',
      'metadata.annotations.shopfloor.dev/maintenance',
      /line 1: "Mars"/,
    ],
    [
      '2026-12-01T22:00:00Z/PT90M',
      '2026-12-01T22:00:00/PT90M',
      'metadata.annotations.shopfloor.dev/maintenance',
      /line 2: .*offset/,
    ],
    [
      "'250'",
      'some',
      'metadata.annotations.shopfloor.dev/minimum-events',
      /number of events/,
    ],
    [
      "'7d, 1Q@Europe/Berlin'",
      "'1Q'",
      'metadata.annotations.shopfloor.dev/windows',
      /1M@Europe/,
    ],
    [
      'orders/orders-availability = 2.5',
      'orders/orders-availability = 0',
      'metadata.annotations.shopfloor.dev/journey',
      /weight above 0/,
    ],
    [
      'https://docs.example/runbooks/checkout',
      'ask Ben',
      'metadata.annotations.shopfloor.dev/runbook',
      /address/,
    ],
  ])('for "%s" written as "%s" names %s', (from, to, field, message) => {
    expect(EXAMPLE).toContain(from);
    const changed = EXAMPLE.replace(from, to);
    const errors = parse(changed).problems.filter(
      ({ severity }) => severity === 'error',
    );
    expect(errors).toEqual([
      expect.objectContaining({
        field,
        file: 'slo.yaml',
        column: expect.any(Number),
        message: expect.stringMatching(message),
      }),
    ]);
    const line = lineOf(changed, to);
    // Annotations are named at their key, which may be the line above.
    expect(line - errors[0].line).toBeGreaterThanOrEqual(0);
    expect(line - errors[0].line).toBeLessThanOrEqual(3);
  });

  it('keeps a policy whose parts are in another file, and says what is missing', () => {
    const text = EXAMPLE.replace(
      'conditionRef: burns-fast',
      'conditionRef: elsewhere',
    );
    const { problems } = parse(text);
    expect(problems).toContainEqual(
      expect.objectContaining({
        severity: 'unsupported',
        line: lineOf(text, 'conditionRef: elsewhere'),
        message: expect.stringContaining('"elsewhere"'),
      }),
    );
    expect(slo('checkout', text).alertPolicies[0].condition).toBeUndefined();
  });

  it('warns of an annotation of ours that there is not', () => {
    const text = EXAMPLE.replace(
      'shopfloor.dev/runbook',
      'shopfloor.dev/runbok',
    );
    expect(parse(text).problems).toContainEqual(
      expect.objectContaining({
        severity: 'warning',
        field: 'metadata.annotations.shopfloor.dev/runbok',
      }),
    );
  });
});
