import { Environment } from '@shopfloor/plugin-environments-common';
import { PrometheusClient } from '@shopfloor/plugin-environments-node';
import {
  countedUnit,
  EventCounts,
  excludedSpans,
  excludeStretch,
  ExclusionFigures,
  ExclusionPart,
  leafOfObjective,
  MeasuredLeaf,
  measuredLeaves,
  mergeIntervals,
  TimeInterval,
  windowKey,
} from '@shopfloor/plugin-slo-common';
import { CountRequest } from '../evaluation/countRequests';
import { SpanCounter } from '../evaluation/SpanCounter';
import {
  countsOf,
  isWhole,
  weightsOf,
  wholeTarget,
} from '../evaluation/wholeOf';
import { withoutExclusions } from '../store/excluded';
import { StoredSlo } from '../store/SloStore';

const MAX_CONCURRENT_QUERIES = 4;

/** What {@link readFigures} needs. */
export interface ReadFiguresOptions {
  /** It was measured, and is no journey. */
  slo: StoredSlo;
  /** Unix seconds. */
  stretches: TimeInterval[];
  /** Whether what was measured has the stretches in it: they are asked for, not excluded yet. */
  windowHolds: boolean;
  environment: Environment;
  client: PrometheusClient;
}

/**
 * The budget of each objective with past stretches and without, over the window as it was last measured. What does not count
 * anyway, as declared maintenance, is in neither.
 *
 * @throws ServiceUnavailableError when Prometheus does not answer
 */
export async function readFigures(
  options: ReadFiguresOptions,
): Promise<ExclusionFigures[]> {
  const { slo, windowHolds } = options;
  const { definition } = slo;
  const key = windowKey(definition.timeWindow);
  const stretches = await countStretches(options);
  const partOf = (index: number, target: number, weight: number) => {
    const leafKey = isWhole(definition)
      ? String(index)
      : leafOfObjective(definition, index);
    const part = slo.measurement?.parts.find(each => each.key === leafKey);
    const none = { bad: 0, total: 0 };
    return {
      target,
      weight,
      window: countsOf(part, key) ?? none,
      stretch: stretches.get(leafKey) ?? none,
    };
  };
  const told = (
    objective: number,
    target: number,
    parts: ExclusionPart[],
    displayName?: string,
  ): ExclusionFigures => ({
    objective,
    ...(displayName && { displayName }),
    target,
    unit: countedUnit(definition),
    ...excludeStretch({
      parts,
      target,
      weighted: isWhole(definition),
      windowHolds,
    }),
  });
  if (isWhole(definition)) {
    const weights = weightsOf(definition);
    return [
      told(
        0,
        wholeTarget(definition),
        definition.objectives.map(({ target }, index) =>
          partOf(index, target, weights[index]),
        ),
      ),
    ];
  }
  return definition.objectives.map(({ target, displayName }, index) =>
    told(index, target, [partOf(index, target, 1)], displayName),
  );
}

/** What happened in the stretches, as far as they lie in the window of the budget, by key of the leaf. */
async function countStretches(
  options: ReadFiguresOptions,
): Promise<Map<string, EventCounts>> {
  const { environment, client, windowHolds } = options;
  const slo = windowHolds ? options.slo : withoutExclusions(options.slo);
  const requests = measuredLeaves(slo.definition).flatMap(leaf =>
    spansOf(slo, leaf, options.stretches).map(span => ({
      slo,
      leaf,
      span,
      what: 'events' as const,
    })),
  );
  let failure: Error | undefined;
  const counted = await SpanCounter.create({
    environment: environment.name,
    intervalSeconds: environment.prometheus.evaluationIntervalSeconds,
    client,
    maxConcurrency: MAX_CONCURRENT_QUERIES,
  }).count(requests, (_, error) => {
    failure ??= error;
  });
  if (failure) {
    throw failure;
  }
  const sums = new Map<string, EventCounts>();
  for (const [{ leaf }, { bad, total }] of counted as Map<
    CountRequest,
    EventCounts
  >) {
    const sum = sums.get(leaf.key) ?? { bad: 0, total: 0 };
    sums.set(leaf.key, { bad: sum.bad + bad, total: sum.total + total });
  }
  return sums;
}

/** The spans that an exclusion of the stretches takes from the window; of slices, those that it touches. */
function spansOf(
  slo: StoredSlo,
  { key, sliceSeconds = 1 }: MeasuredLeaf,
  stretches: TimeInterval[],
) {
  const window = slo.measurement?.parts
    .find(each => each.key === key)
    ?.windows.find(each => each.key === windowKey(slo.definition.timeWindow));
  if (!window) {
    return [];
  }
  return mergeIntervals(
    excludedSpans(stretches).map(({ from, to }) => ({
      from: Math.floor(from / sliceSeconds) * sliceSeconds,
      to: Math.ceil(to / sliceSeconds) * sliceSeconds,
    })),
  )
    .map(({ from, to }) => ({
      from: Math.max(from, window.from),
      to: Math.min(to, window.to),
    }))
    .filter(({ from, to }) => to > from);
}
