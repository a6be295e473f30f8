import { Environment } from '@shopfloor/plugin-environments-common';
import { PrometheusClient } from '@shopfloor/plugin-environments-node';
import {
  combineParts,
  EventCounts,
  HistoryRange,
  leafOfObjective,
  measuredLeaves,
  parseDurationSeconds,
  TimeWindow,
} from '@shopfloor/plugin-slo-common';
import { isWhole, weightsOf } from '../evaluation/wholeOf';
import { StoredPoint, StoredSlo } from '../store/SloStore';
import { CountsOverTime, LeafHistory } from './LeafHistory';

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

/** What {@link readHistory} needs. */
export interface ReadHistoryOptions {
  slo: StoredSlo;
  /** Steps of a journey, in its order. */
  steps: StoredSlo[];
  /** Index of the objective; of a weighted whole there is one. */
  objective: number;
  range: HistoryRange;
  environment: Environment;
  client: PrometheusClient;
  now: Date;
  signal?: AbortSignal;
}

/** The window of an SLO of any kind at the points of a range, from Prometheus. */
export async function readHistory(
  options: ReadHistoryOptions,
): Promise<StoredPoint[]> {
  const { slo, steps, objective, range, environment, client } = options;
  const { timeWindow } = slo.definition;
  const intervalSeconds = environment.prometheus.evaluationIntervalSeconds;
  const unit = [slo, ...steps]
    .flatMap(({ definition }) => measuredLeaves(definition))
    .reduce(
      (all, { sliceSeconds = 1 }) => commonMultiple(all, sliceSeconds),
      intervalSeconds,
    );
  const stepSeconds = Math.ceil(STEP_SECONDS[range] / unit) * unit;
  const length = Math.max(1, Math.floor(rangeSeconds(range) / stepSeconds));
  const end = endOf(options, unit);
  const times = Array.from(
    { length },
    (_, index) => end - (length - 1 - index) * stepSeconds,
  );
  const history = LeafHistory.create({
    environment: environment.name,
    intervalSeconds,
    client,
    times,
    stepSeconds,
    signal: options.signal,
  });
  const counts = slo.definition.journey
    ? combine(
        await Promise.all(
          steps.map(step => wholeOrFirst(history, step, timeWindow)),
        ),
        weightsOf(slo.definition),
      )
    : await wholeOrFirst(history, slo, timeWindow, objective);
  return times.map((at, index) => ({
    at: new Date(at * 1000),
    window: counts.window[index],
    recent: counts.recent[index],
  }));
}

/** Where the last evaluation ended, when that is not long ago: what the window holds then is known already. */
function endOf(
  { slo, now, environment }: ReadHistoryOptions,
  unit: number,
): number {
  const at = now.getTime() / 1000;
  const observed =
    slo.measurement && slo.measurement.observedAt.getTime() / 1000;
  const fresh = observed !== undefined && at - observed < 60;
  const last = fresh
    ? observed
    : at - environment.prometheus.evaluationIntervalSeconds;
  return Math.floor(last / unit) * unit;
}

async function wholeOrFirst(
  history: LeafHistory,
  slo: StoredSlo,
  window: TimeWindow,
  objective: number = 0,
): Promise<CountsOverTime> {
  const { definition } = slo;
  const leaves = measuredLeaves(definition);
  if (isWhole(definition)) {
    return combine(
      await Promise.all(leaves.map(leaf => history.read(slo, leaf, window))),
      weightsOf(definition),
    );
  }
  const key = leafOfObjective(definition, objective);
  return history.read(
    slo,
    leaves.find(leaf => leaf.key === key)!,
    window,
  );
}

/** The weighted whole of parts at each moment; without events where a part has none, so that it is not known. */
function combine(parts: CountsOverTime[], weights: number[]): CountsOverTime {
  const at = (counts: EventCounts[]) =>
    combineParts(
      counts.map((each, index) => ({
        counts: each,
        target: 0.5,
        weight: weights[index],
      })),
    ).counts ?? { bad: 0, total: 0 };
  const all = (which: keyof CountsOverTime) =>
    (parts[0]?.[which] ?? []).map((_, index) =>
      at(parts.map(part => part[which][index])),
    );
  return { window: all('window'), recent: all('recent') };
}

function commonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) {
    [x, y] = [y, x % y];
  }
  return (a / x) * b;
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
