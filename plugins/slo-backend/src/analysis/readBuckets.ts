import { Environment } from '@shopfloor/plugin-environments-common';
import {
  PrometheusClient,
  PrometheusSeries,
} from '@shopfloor/plugin-environments-node';
import {
  Bucket,
  countEvents,
  CountsSource,
  isMasked,
  leafNumerator,
  leafOfObjective,
  maintenanceIntervals,
  measuredLeaves,
  recorded,
  SLO_SERIES,
  spanExpression,
  SpanPart,
} from '@shopfloor/plugin-slo-common';
import { StoredSlo } from '../store/SloStore';

/** Rates look back a minute, so that events of a maintenance are seen until so long after its end. */
const RATE_SECONDS = 60;

/** Counts of a stretch of the past. */
export interface PastBuckets {
  /** Of equal length without gaps, oldest first; one without data has no events. */
  buckets: Bucket[];
  bucketSeconds: number;
  /** Seconds of the stretch for which there is data. */
  coverageSeconds: number;
  /** Ends of the buckets that hold data, unix seconds. */
  covered: ReadonlySet<number>;
  source: CountsSource;
}

/** What {@link readBuckets} needs. */
export interface ReadBucketsOptions {
  slo: StoredSlo;
  /** Index of the objective. */
  objective: number;
  /** End of the last bucket, unix seconds; a whole number of buckets. */
  end: number;
  /** How many buckets; Prometheus answers at most 11,000. */
  length: number;
  /** A whole number of slices where slices are counted. */
  bucketSeconds: number;
  environment: Environment;
  client: PrometheusClient;
  signal?: AbortSignal;
}

/**
 * Bad and all events (or slices) of one objective in each bucket of a stretch of the past, without maintenance.
 *
 * They come from the series of the generated rules, which are cheap. Rules begin when an SLO is defined; what was before is
 * counted from the series of the indicator.
 */
export async function readBuckets(
  options: ReadBucketsOptions,
): Promise<PastBuckets> {
  const { end, length, bucketSeconds } = options;
  const fromRules = await readRecorded(options);
  const first = fromRules[0]?.at ?? Infinity;
  const times = Array.from(
    { length },
    (_, index) => end - (length - 1 - index) * bucketSeconds,
  );
  const before = await readDirect(
    options,
    times.filter(at => at < first),
  );
  const known = new Map(
    [...before, ...fromRules].map(({ at, counts }) => [at, counts]),
  );
  let source: CountsSource = fromRules.length > 0 ? 'recorded' : 'direct';
  if (fromRules.length > 0 && before.length > 0) {
    source = 'mixed';
  }
  return {
    buckets: times.map(at => ({
      at,
      counts: known.get(at) ?? { bad: 0, total: 0 },
    })),
    bucketSeconds,
    covered: new Set(known.keys()),
    coverageSeconds: known.size * bucketSeconds,
    source,
  };
}

async function readRecorded(options: ReadBucketsOptions): Promise<Bucket[]> {
  const { slo, objective, end, length, bucketSeconds, environment } = options;
  const { definition } = slo;
  const slice =
    definition.budgetingMethod === 'Occurrences'
      ? undefined
      : definition.objectives[objective]?.timeSliceSeconds;
  const select = (name: string) =>
    recorded(name, { slo_id: slo.id, objective: String(objective) });
  const events = (rate: string, perSlice: string) =>
    slice === undefined
      ? `sum(sum_over_time(${select(rate)}[${bucketSeconds}s])) * ${
          environment.prometheus.evaluationIntervalSeconds
        }`
      : `sum(sum_over_time(${select(perSlice)}[${bucketSeconds}s:${slice}s]))`;
  const result = await options.client.queryRange(
    inParts(
      events(SLO_SERIES.badRate, SLO_SERIES.badSlice),
      events(SLO_SERIES.totalRate, SLO_SERIES.totalSlice),
    ),
    {
      start: new Date((end - (length - 1) * bucketSeconds) * 1000),
      end: new Date(end * 1000),
      stepSeconds: bucketSeconds,
      signal: options.signal,
    },
  );
  return toBuckets(result, 'bad');
}

async function readDirect(
  options: ReadBucketsOptions,
  times: number[],
): Promise<Bucket[]> {
  const { slo, bucketSeconds, environment } = options;
  const key = leafOfObjective(slo.definition, options.objective);
  const leaf = measuredLeaves(slo.definition).find(each => each.key === key);
  const expression = (part: SpanPart) =>
    leaf &&
    spanExpression({
      leaf,
      environment: environment.name,
      intervalSeconds: environment.prometheus.evaluationIntervalSeconds,
      part,
      seconds: bucketSeconds,
    });
  const counted = expression('counted');
  const total = expression('total');
  if (!leaf || !counted || !total || times.length === 0) {
    return [];
  }
  const [first] = times;
  const last = times[times.length - 1];
  const result = await options.client.queryRange(inParts(counted, total), {
    start: new Date(first * 1000),
    end: new Date(last * 1000),
    stepSeconds: bucketSeconds,
    signal: options.signal,
  });
  const intervals = maintenanceIntervals(slo.definition.maintenance, {
    from: first - bucketSeconds - RATE_SECONDS,
    to: last,
  }).map(({ from, to }) => ({ from, to: to + RATE_SECONDS }));
  return toBuckets(result, leafNumerator(leaf)).filter(
    ({ at }) => !isMasked({ at, seconds: bucketSeconds }, intervals),
  );
}

/** Both counts in one query, told apart by the label `part`. */
function inParts(counted: string, total: string): string {
  return `label_replace(${counted}, "part", "counted", "", "")\nor label_replace(${total}, "part", "total", "", "")`;
}

/** Buckets in which there are samples of all events, oldest first. */
function toBuckets(
  result: PrometheusSeries[],
  numerator: 'good' | 'bad',
): Bucket[] {
  const points = (part: string) =>
    (result.find(({ labels }) => labels.part === part)?.points ?? [])
      .filter(({ value }) => Number.isFinite(value))
      .map(({ timeMs, value }) => [Math.round(timeMs / 1000), value] as const);
  const counted = new Map(points('counted'));
  return points('total').map(([at, total]) => ({
    at,
    counts: countEvents({ numerator, counted: counted.get(at) ?? 0, total }),
  }));
}
