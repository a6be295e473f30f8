import { Environment } from '@shopfloor/plugin-environments-common';
import { PrometheusClient } from '@shopfloor/plugin-environments-node';
import {
  budgetLeft,
  countEvents,
  declaredSpans,
  leafNumerator,
  leafOfObjective,
  maintenanceIntervals,
  measuredLeaves,
  ObjectiveResult,
  SloEvents,
  spanExpression,
  spanOf,
  sumEvents,
  TimeSpan,
  withoutSpans,
} from '@shopfloor/plugin-slo-common';
import { StoredSlo } from '../store/SloStore';
import { iso } from './iso';

/** More stretches than these are not counted: a weekly window that was declared today has a few in a month. */
const MAX_STRETCHES = 20;

/** What {@link readLateMaintenance} needs. */
export interface LateMaintenanceOptions {
  slo: StoredSlo;
  objective: number;
  result: ObjectiveResult;
  environment: Environment;
  client: PrometheusClient;
  now: Date;
}

/**
 * Maintenance in the window of the budget that was declared when it was over. It counts all the same: excluding a past
 * stretch is not for whoever edits a file. What the budget would be without it is told beside it. `undefined` without any.
 */
export async function readLateMaintenance(
  options: LateMaintenanceOptions,
): Promise<SloEvents['lateMaintenance']> {
  const { slo, result, environment, client, now } = options;
  const { definition } = slo;
  const key = leafOfObjective(definition, options.objective);
  const leaf = measuredLeaves(definition).find(each => each.key === key);
  const window = spanOf(definition.timeWindow, now.getTime() / 1000);
  if (!leaf || !window || definition.composite) {
    return undefined;
  }
  const stretches = lateStretches(slo, window);
  if (stretches.length === 0) {
    return undefined;
  }
  const told = stretches.map(({ from, to }) => ({
    from: iso(from),
    to: iso(to),
  }));
  if (stretches.length > MAX_STRETCHES) {
    return { stretches: told };
  }
  const value = async (part: 'counted' | 'total', { from, to }: TimeSpan) => {
    const query = spanExpression({
      leaf,
      environment: environment.name,
      intervalSeconds: environment.prometheus.evaluationIntervalSeconds,
      part,
      seconds: to - from,
      to,
    });
    const [sample] = query ? await client.query(query) : [];
    return sample && Number.isFinite(sample.value) ? sample.value : 0;
  };
  const counts = sumEvents(
    await Promise.all(
      stretches.map(async stretch =>
        countEvents({
          numerator: leafNumerator(leaf),
          counted: await value('counted', stretch),
          total: await value('total', stretch),
        }),
      ),
    ),
  );
  return {
    stretches: told,
    counts,
    budgetLeft: budgetLeft(
      {
        bad: Math.max(0, result.counts.bad - counts.bad),
        total: Math.max(0, result.counts.total - counts.total),
      },
      result.target,
    ),
  };
}

/** What the definition calls maintenance now, and did not when it was; whole seconds. */
function lateStretches(slo: StoredSlo, window: TimeSpan): TimeSpan[] {
  const declared = declaredSpans(slo.maintenance, window);
  return maintenanceIntervals(slo.definition.maintenance, window)
    .map(({ from, to }) => ({
      from: Math.ceil(Math.max(from, window.from)),
      to: Math.floor(Math.min(to, window.to)),
    }))
    .flatMap(stretch =>
      stretch.to > stretch.from ? withoutSpans(stretch, declared) : [],
    )
    .filter(({ from, to }) => to > from);
}
