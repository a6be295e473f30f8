import { Environment } from '@shopfloor/plugin-environments-common';
import {
  PrometheusClient,
  PrometheusSeries,
} from '@shopfloor/plugin-environments-node';
import {
  Bucket,
  countEvents,
  CountsSource,
  declaredSpans,
  excludedSpans,
  isMasked,
  leafNumerator,
  leafOfObjective,
  MeasuredLeaf,
  measuredLeaves,
  recorded,
  SLO_SERIES,
  spanExpression,
  SpanPart,
} from '@shopfloor/plugin-slo-common';
import { excludedStretches } from '../store/excluded';
import { StoredSlo } from '../store/SloStore';

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
  const { slo, objective, end, length, bucketSeconds } = options;
  const times = Array.from(
    { length },
    (_, index) => end - (length - 1 - index) * bucketSeconds,
  );
  const key = leafOfObjective(slo.definition, objective);
  const leaf = measuredLeaves(slo.definition).find(each => each.key === key);
  const since = (slo.recordedSince?.getTime() ?? Infinity) / 1000;
  const isRecorded = (at: number) => at - bucketSeconds >= since;
  const [before, fromRules] = leaf
    ? await Promise.all([
        readDirect(
          options,
          leaf,
          times.filter(at => !isRecorded(at)),
        ),
        readRecorded(options, leaf, times.filter(isRecorded)),
      ])
    : [[], []];
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

async function readRecorded(
  options: ReadBucketsOptions,
  { key, sliceSeconds }: MeasuredLeaf,
  times: number[],
): Promise<Bucket[]> {
  const { slo, bucketSeconds, environment } = options;
  const select = (name: string) =>
    recorded(name, { slo_id: slo.id, objective: key });
  const events = (rate: string, perSlice: string) =>
    sliceSeconds === undefined
      ? `sum(sum_over_time(${select(rate)}[${bucketSeconds}s])) * ${
          environment.prometheus.evaluationIntervalSeconds
        }`
      : `sum(sum_over_time(${select(perSlice)}[${bucketSeconds}s:${sliceSeconds}s]))`;
  const result = await ask(
    options,
    times,
    inParts(
      events(SLO_SERIES.badRate, SLO_SERIES.badSlice),
      events(SLO_SERIES.totalRate, SLO_SERIES.totalSlice),
    ),
  );
  // Recorded before it was approved that they do not count.
  const excluded = excludedSpans(excludedStretches(slo));
  return toBuckets(result, 'bad').filter(
    ({ at }) => !isMasked({ at, seconds: bucketSeconds }, excluded),
  );
}

async function readDirect(
  options: ReadBucketsOptions,
  leaf: MeasuredLeaf,
  times: number[],
): Promise<Bucket[]> {
  const { slo, bucketSeconds, environment } = options;
  const expression = (part: SpanPart) =>
    spanExpression({
      leaf,
      environment: environment.name,
      intervalSeconds: environment.prometheus.evaluationIntervalSeconds,
      part,
      seconds: bucketSeconds,
    });
  const counted = expression('counted');
  const total = expression('total');
  if (!counted || !total || times.length === 0) {
    return [];
  }
  const result = await ask(options, times, inParts(counted, total));
  const excluded = declaredSpans(slo.maintenance, {
    from: times[0] - bucketSeconds,
    to: times[times.length - 1],
  });
  return toBuckets(result, leafNumerator(leaf)).filter(
    ({ at }) => !isMasked({ at, seconds: bucketSeconds }, excluded),
  );
}

/** Asks at each of the times, which follow each other. */
async function ask(
  { client, bucketSeconds, signal }: ReadBucketsOptions,
  times: number[],
  query: string,
): Promise<PrometheusSeries[]> {
  return times.length === 0
    ? []
    : client.queryRange(query, {
        start: new Date(times[0] * 1000),
        end: new Date(times[times.length - 1] * 1000),
        stepSeconds: bucketSeconds,
        signal,
      });
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
