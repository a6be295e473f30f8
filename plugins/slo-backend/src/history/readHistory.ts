import { Environment } from '@shopfloor/plugin-environments-common';
import {
  PrometheusClient,
  PrometheusSeries,
} from '@shopfloor/plugin-environments-node';
import {
  Bucket,
  BURN_NOW_SECONDS,
  countEvents,
  countsQuery,
  HistoryRange,
  indicatorSeries,
  parseDurationSeconds,
  RatioIndicator,
  rollBack,
} from '@shopfloor/plugin-slo-common';
import { StoredPoint } from '../store/SloStore';

/** Seconds between points, by range; 60 to 96 points each. */
const STEP_SECONDS: Record<HistoryRange, number> = {
  '15m': 15,
  '1h': 60,
  '6h': 300,
  '1d': 900,
  '7d': 7200,
  '30d': 28_800,
};

/** Seconds of a range. */
export function rangeSeconds(range: HistoryRange): number {
  return parseDurationSeconds(range)!;
}

/**
 * The rolling window at the points of a range, from Prometheus. Costs the samples of the range twice and of the last
 * hour at each point; the whole window is summed once.
 */
export async function readHistory(options: {
  indicator: RatioIndicator;
  windowSeconds: number;
  range: HistoryRange;
  environment: Environment;
  client: PrometheusClient;
  now: Date;
  signal?: AbortSignal;
}): Promise<StoredPoint[]> {
  const { indicator, windowSeconds, environment, client, signal } = options;
  const intervalSeconds = environment.prometheus.evaluationIntervalSeconds;
  const step = Math.max(
    intervalSeconds,
    Math.ceil(STEP_SECONDS[options.range] / intervalSeconds) * intervalSeconds,
  );
  const end =
    Math.floor(options.now.getTime() / 1000 / intervalSeconds) *
    intervalSeconds;
  const length = Math.floor(rangeSeconds(options.range) / step);
  const times = Array.from(
    { length },
    (_, index) => end - (length - 1 - index) * step,
  );
  const series = indicatorSeries(indicator, environment.name);
  const range = async (seconds: number, offset: number) => {
    const query = countsQuery({ series, windows: [seconds], intervalSeconds });
    const result = await client.queryRange(query, {
      start: new Date((times[0] - offset) * 1000),
      end: new Date((end - offset) * 1000),
      stepSeconds: step,
      signal,
    });
    return toBuckets({ result, times, offset, indicator });
  };
  const [now, arrived, left, recent] = await Promise.all([
    client.query(
      countsQuery({ series, windows: [windowSeconds], intervalSeconds }),
      { time: new Date(end * 1000), signal },
    ),
    range(step, 0),
    range(step, windowSeconds),
    range(BURN_NOW_SECONDS, 0),
  ]);
  const value = (part: string) =>
    now.find(({ labels }) => labels.part === part)?.value ?? 0;
  return rollBack({
    now: countEvents({
      numerator: indicator.numerator,
      counted: value('counted'),
      total: value('total'),
    }),
    arrived,
    left,
  }).map(({ at, counts }, index) => ({
    at: new Date(at * 1000),
    window: counts,
    recent: recent[index].counts,
  }));
}

function toBuckets(options: {
  result: PrometheusSeries[];
  times: number[];
  offset: number;
  indicator: RatioIndicator;
}): Bucket[] {
  const { result, times, offset, indicator } = options;
  const values = (part: string) =>
    new Map(
      result
        .find(({ labels }) => labels.part === part)
        ?.points.map(({ timeMs, value }) => [Math.round(timeMs / 1000), value]),
    );
  const counted = values('counted');
  const total = values('total');
  return times.map(at => ({
    at,
    counts: countEvents({
      numerator: indicator.numerator,
      counted: counted.get(at - offset) ?? 0,
      total: total.get(at - offset) ?? 0,
    }),
  }));
}

/** At most one point per step of the range: the last of each. */
export function thinPoints(
  points: StoredPoint[],
  range: HistoryRange,
): StoredPoint[] {
  const step = STEP_SECONDS[range] * 1000;
  const last = new Map<number, StoredPoint>();
  for (const point of points) {
    last.set(Math.floor(point.at.getTime() / step), point);
  }
  return [...last.values()];
}
