import { Environment } from '@shopfloor/plugin-environments-common';
import { PrometheusClient } from '@shopfloor/plugin-environments-node';
import {
  combineParts,
  EventCounts,
  leafOfObjective,
  measuredLeaves,
  TimeRange,
  TimeWindow,
} from '@shopfloor/plugin-slo-common';
import { isWhole, weightsOf } from '../evaluation/wholeOf';
import { StoredPoint, StoredSlo } from '../store/SloStore';
import { CountsOverTime, LeafHistory } from './LeafHistory';

/** A range that ends so long ago at most ends now. */
const NOW_SECONDS = 60;

/** What {@link readHistory} needs. */
export interface ReadHistoryOptions {
  slo: StoredSlo;
  /** Steps of a journey, in its order. */
  steps: StoredSlo[];
  /** Index of the objective; of a weighted whole there is one. */
  objective: number;
  range: TimeRange;
  environment: Environment;
  client: PrometheusClient;
  now: Date;
  signal?: AbortSignal;
}

/** The window of an SLO of any kind at the points of a range, from Prometheus. */
export async function readHistory(
  options: ReadHistoryOptions,
): Promise<{ points: StoredPoint[]; coverageSeconds: number }> {
  const { slo, steps, objective, range, environment, client } = options;
  const { timeWindow } = slo.definition;
  const intervalSeconds = environment.prometheus.evaluationIntervalSeconds;
  const unit = [slo, ...steps]
    .flatMap(({ definition }) => measuredLeaves(definition))
    .reduce(
      (all, { sliceSeconds = 1 }) => commonMultiple(all, sliceSeconds),
      intervalSeconds,
    );
  const stepSeconds = Math.ceil(range.stepSeconds / unit) * unit;
  const length = Math.max(1, Math.floor(range.seconds / stepSeconds));
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
  return {
    points: times.map((at, index) => ({
      at: new Date(at * 1000),
      window: counts.window[index],
      recent: counts.recent[index],
    })),
    coverageSeconds: Math.min(
      range.seconds,
      stepSeconds * counts.seen.filter(Boolean).length,
    ),
  };
}

/** Until now: where the last evaluation ended, when that is not long ago. What the window holds then is known already. */
function endOf(
  { slo, now, range, environment }: ReadHistoryOptions,
  unit: number,
): number {
  const at = now.getTime() / 1000;
  if (at - range.to >= NOW_SECONDS) {
    return Math.floor(range.to / unit) * unit;
  }
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
  const all = (which: 'window' | 'recent') =>
    (parts[0]?.[which] ?? []).map((_, index) =>
      at(parts.map(part => part[which][index])),
    );
  return {
    window: all('window'),
    recent: all('recent'),
    seen: (parts[0]?.seen ?? []).map((_, index) =>
      parts.every(({ seen }) => seen[index]),
    ),
  };
}

/** The least common multiple of two whole numbers above 0. */
export function commonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) {
    [x, y] = [y, x % y];
  }
  return (a / x) * b;
}

/** Those until the end of the range, at most one per step of it: the last of each. */
export function thinPoints(
  points: StoredPoint[],
  range: TimeRange,
): StoredPoint[] {
  const step = range.stepSeconds * 1000;
  const last = new Map<number, StoredPoint>();
  for (const point of points) {
    if (point.at.getTime() > range.to * 1000) {
      break;
    }
    last.set(Math.floor(point.at.getTime() / step), point);
  }
  return [...last.values()];
}
