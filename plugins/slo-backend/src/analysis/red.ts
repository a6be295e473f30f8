import { Environment } from '@shopfloor/plugin-environments-common';
import {
  PrometheusClient,
  PrometheusSeries,
} from '@shopfloor/plugin-environments-node';
import {
  formatSelector,
  LookedAt,
  parseSelector,
  SloDefinition,
  sloSelectors,
  SloRed,
  TimeRange,
} from '@shopfloor/plugin-slo-common';
import { iso } from './iso';

const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 };

/** What {@link readRed} needs. */
export interface ReadRedOptions {
  definition: SloDefinition;
  range: TimeRange;
  environment: Environment;
  client: PrometheusClient;
  signal?: AbortSignal;
}

/** The service that an SLO is about as the mesh calls it: what its metrics are limited to, else the service it names. */
export function destinationOf(definition: SloDefinition): string {
  const matchers = sloSelectors(definition).flatMap(
    selector => parseSelector(selector)?.matchers ?? [],
  );
  return (
    matchers.find(
      ({ label, operator }) => label === 'destination' && operator === '=',
    )?.value ?? definition.service
  );
}

/** Requests, errors and latency of what an SLO is about over a range, each point over the step before it. */
export async function readRed(
  options: ReadRedOptions,
): Promise<Omit<SloRed, keyof LookedAt>> {
  const { definition, range, environment, client, signal } = options;
  const interval = environment.prometheus.evaluationIntervalSeconds;
  const stepSeconds = Math.ceil(range.stepSeconds / interval) * interval;
  const end = Math.floor(range.to / interval) * interval;
  const length = Math.max(1, Math.floor(range.seconds / stepSeconds));
  const times = Array.from(
    { length },
    (_, index) => end - (length - 1 - index) * stepSeconds,
  );
  const destination = destinationOf(definition);
  const queries = redQueries({
    environment: environment.name,
    destination,
    stepSeconds,
    interval,
  });
  const result = await client.queryRange(
    Object.entries({
      requests: queries.rate,
      errors: queries.errors,
      ...Object.fromEntries(
        Object.entries(QUANTILES).map(([name, quantile]) => [
          name,
          `histogram_quantile(${quantile}, ${queries.latency})`,
        ]),
      ),
    })
      .map(
        ([part, query]) => `label_replace(${query}, "part", "${part}", "", "")`,
      )
      .join('\nor '),
    {
      start: new Date(times[0] * 1000),
      end: new Date(end * 1000),
      stepSeconds,
      signal,
    },
  );
  const series = byPart(result);
  const points = times.map(at => {
    const value = (part: string) => series.get(part)?.get(at);
    const rate = value('requests');
    return {
      at: iso(at),
      rate,
      // Errors without a series are none, as long as there are requests.
      errorShare: rate ? (value('errors') ?? 0) / rate : undefined,
      p50: value('p50'),
      p95: value('p95'),
      p99: value('p99'),
    };
  });
  return {
    destination,
    observedAt: iso(end),
    stepSeconds,
    coverageSeconds:
      stepSeconds * points.filter(({ rate }) => rate !== undefined).length,
    points,
    queries,
  };
}

function redQueries(options: {
  environment: string;
  destination: string;
  stepSeconds: number;
  interval: number;
}): SloRed['queries'] {
  const { environment, destination, stepSeconds, interval } = options;
  const select = (name: string, code?: string) =>
    formatSelector({
      name,
      matchers: Object.entries({
        environment,
        destination,
        ...(code && { code_class: code }),
      }).map(([label, value]) => ({ label, operator: '=', value })),
    });
  const perSecond = (selector: string, by = '') =>
    `sum${by}(sum_over_time(${selector}[${stepSeconds}s])) * ${interval} / ${stepSeconds}`;
  return {
    rate: perSecond(select('shopfloor:requests:rate1m')),
    errors: perSecond(select('shopfloor:requests:rate1m', '5xx')),
    latency: perSecond(
      select('shopfloor:request_duration_milliseconds_bucket:rate1m'),
      ' by (le) ',
    ),
  };
}

function byPart(result: PrometheusSeries[]): Map<string, Map<number, number>> {
  return new Map(
    result.map(({ labels, points }) => [
      labels.part,
      new Map(
        points
          // A quantile of no requests is NaN.
          .filter(({ value }) => Number.isFinite(value))
          .map(({ timeMs, value }) => [Math.round(timeMs / 1000), value]),
      ),
    ]),
  );
}
