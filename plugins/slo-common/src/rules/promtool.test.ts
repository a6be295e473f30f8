import { formatRules, generateRules } from './generateRules';
import { PromtoolTest, runPromtool } from './testing/promtool';
import { requestsSlo, subjectsOf } from './testing/subjects';
import { RuleSubject } from './types';

jest.setTimeout(120_000);

// The rules are made for series that are recorded every minute, so that hours are few samples; promtool begins at 1970.
function rules(subjects: RuleSubject[]): string {
  return formatRules(
    generateRules({ subjects, intervalSeconds: 60, now: new Date(0) }).file,
  );
}

/** Requests per second, minute by minute, in the notation of promtool. */
function requests(good: string, bad: string): PromtoolTest['input_series'] {
  const series = (codeClass: string) =>
    `shopfloor:requests:rate1m{environment="production",source="gateway",destination="products",version="v1",code_class="${codeClass}"}`;
  return [
    { series: series('2xx'), values: good },
    { series: series('5xx'), values: bad },
  ];
}

const ID = 'component~default~shop~answers~production';

/** Firing rows, by window and severity. */
function firing(at: string, ...rows: Array<[string, 'page' | 'ticket']>) {
  return {
    expr: 'count by (window, severity) (ALERTS{alertname="SloBurnsBudget", alertstate="firing"})',
    eval_time: at,
    exp_samples: rows.map(([window, severity]) => ({
      labels: `{window="${window}", severity="${severity}"}`,
      value: 1,
    })),
  };
}

function value(expr: string, at: string, ...values: number[]) {
  return {
    expr,
    eval_time: at,
    exp_samples: values.map(number => ({ labels: '{}', value: number })),
  };
}

const windowOf = (part: 'bad' | 'total', window: string, objective = '0') =>
  `sum(shopfloor:slo_${part}:window{slo_id="${ID}",objective="${objective}",window="${window}"})`;

describe('generated rules in Prometheus', () => {
  it('page for an outage, and not before the budget goes too fast', async () => {
    // 10 requests/s for 8 hours, then half of them fail for 20 minutes. Objective 99.9 %.
    await expect(
      runPromtool({
        rules: rules(subjectsOf(requestsSlo())),
        tests: [
          {
            interval: '1m',
            input_series: requests('10x479 5x19 10x200', '0x479 5x19 0x200'),
            promql_expr_test: [
              // Nothing before, and nothing after the first bad minute: 1 x 5 / (60 x 10) = 0.83 % of an hour, below
              // 1.44 %; 0.14 % of six hours, below 0.6 %. Three days have only these 8 hours: 0.104 % is above 0.1 %.
              firing('7h59m'),
              firing('8h', ['3d', 'ticket']),
              // Two bad minutes: 1.67 % of the hour; the last five minutes are 20 % bad.
              firing('8h1m', ['1h', 'page'], ['3d', 'ticket']),
              // At 8 h 10 min eleven bad minutes. Six hours in sums of five minutes, as of 8 h 10 min: 11 of 360 minutes
              // at one half, 1.5 %, above 0.6 %. A day has only what there was, 8 h: 1.1 % is above 0.3 %; and of three
              // days above 0.1 %.
              firing(
                '8h10m',
                ['1h', 'page'],
                ['6h', 'page'],
                ['1d', 'ticket'],
                ['3d', 'ticket'],
              ),
              value(windowOf('total', '1h'), '8h10m', 36_000),
              value(windowOf('bad', '1h'), '8h10m', 11 * 300),
              // Events of 6 hours as sums of five minutes.
              value(windowOf('total', '6h'), '8h10m', 6 * 36_000),
              value(windowOf('bad', '6h'), '8h10m', 11 * 300),
              // The outage ends at 8 h 20 min. Five minutes later the short window is clean and the page is over.
              firing(
                '8h26m',
                ['6h', 'page'],
                ['1d', 'ticket'],
                ['3d', 'ticket'],
              ),
              // All of the budget window: 20 bad minutes.
              value(windowOf('bad', '30d'), '9h', 20 * 300),
              value('sum(shopfloor:slo_target)', '9h', 0.999),
            ],
          },
        ],
      }),
    ).resolves.toBeUndefined();
  });

  it('do not page for what happens during maintenance, and count none of it', async () => {
    // The same outage from 8 h on for 20 minutes; maintenance from 8 h to 8 h 30 min. Rates look back a minute, so the
    // sample of 8 h 30 min is out as well.
    await expect(
      runPromtool({
        rules: rules(
          subjectsOf(
            requestsSlo({
              annotations: { maintenance: '1970-01-01T08:00:00Z/PT30M' },
            }),
          ),
        ),
        tests: [
          {
            interval: '1m',
            input_series: requests('10x479 0x19 10x200', '0x479 10x19 0x200'),
            promql_expr_test: [
              firing('8h10m'),
              firing('8h25m'),
              firing('8h40m'),
              firing('10h'),
              value(windowOf('bad', '30d'), '9h', 0),
              // Samples of 8 h 31 min to 9 h 0 min.
              value(windowOf('total', '1h'), '9h', 30 * 600),
              value('sum(shopfloor:slo_maintenance)', '8h10m', 1),
              value('sum(shopfloor:slo_maintenance)', '8h30m'),
              value('count(ALERTS{alertname="SloDataAbsent"})', '8h29m'),
            ],
          },
        ],
      }),
    ).resolves.toBeUndefined();
  });

  it('do not page for one failure at night', async () => {
    // One request every 10 minutes, as 1/60 a second for a minute; at 8 h it fails. 60 requests in 10 hours, the guard
    // of the row of an hour at 99.9 % is 70, that of three days 1,001.
    const quiet = '0x479 0.0166666667 0x200';
    const traffic = Array.from({ length: 68 }, (_, index) =>
      index === 48 ? '0x9' : '0.0166666667 0x8',
    ).join(' ');
    const test = (expected: ReturnType<typeof firing>[]): PromtoolTest[] => [
      {
        interval: '1m',
        input_series: requests(traffic, quiet),
        promql_expr_test: expected,
      },
    ];
    await expect(
      runPromtool({
        rules: rules(subjectsOf(requestsSlo())),
        tests: test([firing('8h1m'), firing('8h5m'), firing('9h')]),
      }),
    ).resolves.toBeUndefined();
    // Without the guard the one failure is a page.
    await expect(
      runPromtool({
        rules: rules(
          subjectsOf(requestsSlo({ annotations: { 'minimum-events': '0' } })),
        ),
        tests: test([
          firing(
            '8h1m',
            ['1h', 'page'],
            ['6h', 'page'],
            ['1d', 'ticket'],
            ['3d', 'ticket'],
          ),
        ]),
      }),
    ).resolves.toBeUndefined();
  });

  it('tell when nothing is known', async () => {
    const absent = (at: string, ...values: number[]) =>
      value(
        'sum(ALERTS{alertname="SloDataAbsent", alertstate="firing", severity="ticket", owner="group:default/checkout-team"})',
        at,
        ...values,
      );
    await expect(
      runPromtool({
        rules: rules(subjectsOf(requestsSlo())),
        tests: [
          {
            interval: '1m',
            input_series: requests('10x60 _x60', '0x60 _x60'),
            promql_expr_test: [
              absent('1h5m'),
              absent('1h9m'),
              absent('1h12m', 1),
            ],
          },
        ],
      }),
    ).resolves.toBeUndefined();
  });

  it('judge slices: one flood of failures is one bad slice', async () => {
    // Slices of 5 minutes, good from 95 %. Ten hours; from 8 h on five minutes with a thousand times the traffic, all
    // bad, and a quiet stretch of 30 minutes without a request at 2 h.
    const good = '10x119 0x29 10x329 0x4 10x115';
    const bad = '0x119 0x29 0x329 10000x4 0x115';
    await expect(
      runPromtool({
        rules: rules(
          subjectsOf(
            requestsSlo({
              target: 0.99,
              method: 'Timeslices',
              slices: ', timeSliceTarget: 0.95, timeSliceWindow: 5m',
            }),
          ),
        ),
        tests: [
          {
            interval: '1m',
            input_series: requests(good, bad),
            promql_expr_test: [
              value(windowOf('bad', '6h'), '9h', 2),
              value(windowOf('total', '6h'), '9h', 72),
              // 2 h to 2 h 30 min had no requests: six slices are neither good nor bad.
              value(windowOf('total', '6h'), '6h', 67),
            ],
          },
        ],
      }),
    ).resolves.toBeUndefined();
  });

  it('weigh the parts of a composite, and alert of the whole', async () => {
    // Two parts, weights 3 and 1, targets 99.9 % and 99 %: together 99.675 %. The first one fails for a tenth.
    const series = (destination: string, code: string) =>
      `shopfloor:requests:rate1m{environment="production",destination="${destination}",code_class="${code}"}`;
    const objective = (target: number, weight: number, name: string) =>
      `    - target: ${target}
      compositeWeight: ${weight}
      indicator:
        metadata: { name: ${name} }
        spec:
          ratioMetric:
            counter: false
            bad: { metricSource: { spec: { query: 'shopfloor:requests:rate1m{destination="${name}",code_class="5xx"}' } } }
            total: { metricSource: { spec: { query: 'shopfloor:requests:rate1m{destination="${name}"}' } } }
`;
    const text = `apiVersion: openslo/v1
kind: SLO
metadata: { name: answers }
spec:
  service: shop
  timeWindow: [{ duration: 30d, isRolling: true }]
  objectives:
${objective(0.999, 3, 'orders')}${objective(0.99, 1, 'search')}`;
    await expect(
      runPromtool({
        rules: rules(subjectsOf(text)),
        tests: [
          {
            interval: '1m',
            input_series: [
              { series: series('orders', '2xx'), values: '9x120' },
              { series: series('orders', '5xx'), values: '1x120' },
              { series: series('search', '2xx'), values: '1000x90 _x30' },
            ],
            promql_expr_test: [
              value(windowOf('bad', '1h', 'composite'), '1h', 0.3),
              value(windowOf('total', '1h', 'composite'), '1h', 4),
              // 7.5 % is bad: above 14.4 x 0.325 % = 4.68 %.
              firing(
                '1h',
                ['1h', 'page'],
                ['6h', 'page'],
                ['1d', 'ticket'],
                ['3d', 'ticket'],
              ),
              // Nothing is known of one part any more: five minutes later neither is of the whole.
              value(windowOf('bad', '5m', 'composite'), '1h45m'),
            ],
          },
        ],
      }),
    ).resolves.toBeUndefined();
  });

  it('tell by a policy that there is no data, but not for a maintenance', async () => {
    const policies = `  alertPolicies:
    - kind: AlertPolicy
      metadata: { name: silence }
      spec:
        alertWhenNoData: true
        conditions:
          - metadata: { name: c }
            spec:
              severity: sev2
              condition: { kind: burnrate, threshold: 10, lookbackWindow: 5m, alertAfter: 0m }
`;
    const silent = (at: string, ...values: number[]) =>
      value(
        'sum(ALERTS{alertname="SloAlertPolicy", alertstate="firing", policy="silence", environment="production", slo="answers", no_data="true"})',
        at,
        ...values,
      );
    await expect(
      runPromtool({
        rules: rules(
          subjectsOf(
            requestsSlo({
              policies,
              annotations: { maintenance: '1970-01-01T01:00:00Z/PT30M' },
            }),
          ),
        ),
        tests: [
          {
            interval: '1m',
            // Maintenance from 1 h to 1 h 30 min; from 2 h on nothing comes.
            input_series: requests('10x120 _x60', '0x120 _x60'),
            promql_expr_test: [
              silent('1h20m'),
              silent('1h30m'),
              silent('1h31m'),
              silent('1h40m'),
              silent('2h3m'),
              silent('2h15m', 1),
            ],
          },
        ],
      }),
    ).resolves.toBeUndefined();
  });

  it('alert of the condition of a policy, after its time', async () => {
    const policies = `  alertPolicies:
    - kind: AlertPolicy
      metadata: { name: fast }
      spec:
        alertWhenBreaching: true
        conditions:
          - metadata: { name: c }
            spec:
              severity: sev1
              condition: { kind: burnrate, threshold: 10, lookbackWindow: 30m, alertAfter: 5m }
        notificationTargets: [{ targetRef: mail }, { targetRef: chat }]
`;
    const firingPolicy = (at: string, ...values: number[]) =>
      value(
        'sum(ALERTS{alertname="SloAlertPolicy", alertstate="firing", policy="fast", severity="sev1", notify="mail,chat"})',
        at,
        ...values,
      );
    await expect(
      runPromtool({
        rules: rules(subjectsOf(requestsSlo({ policies }))),
        tests: [
          {
            interval: '1m',
            // From 1 h on 2 % fail. 10 x 0.1 % of 30 minutes: above it from the 16th bad minute on, at 1 h 15 min.
            input_series: requests('10x59 9.8x59', '0x59 0.2x59'),
            promql_expr_test: [
              firingPolicy('1h15m'),
              firingPolicy('1h19m'),
              firingPolicy('1h21m', 1),
            ],
          },
        ],
      }),
    ).resolves.toBeUndefined();
  });
});
