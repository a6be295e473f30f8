import { InputError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import { PrometheusClient } from '@shopfloor/plugin-environments-node';
import {
  budgetLeft,
  BURN_NOW_SECONDS,
  countedUnit,
  errorBudget,
  LookedAt,
  measuredLeaves,
  SloSummary,
  SloTargetTrial,
  SloWhatIf,
  TargetTrial,
  TimeRange,
  tryTargets,
  windowLengthSeconds,
  WorstBurn,
  worstBurn,
} from '@shopfloor/plugin-slo-common';
import { isWhole, wholeTarget } from '../evaluation/wholeOf';
import { commonMultiple } from '../history/readHistory';
import { StoredSlo } from '../store/SloStore';
import { iso } from './iso';
import { readPast } from './readPast';

/** What {@link askWhatIf} needs. */
export interface WhatIfOptions {
  slo: StoredSlo;
  /** Steps of a journey, in its order. */
  steps: StoredSlo[];
  /** The same SLO as it is shown now. */
  summary: SloSummary;
  target: number;
  range: TimeRange;
  /** Index of the objective. */
  objective: number;
  environment: Environment;
  client: PrometheusClient;
  now: Date;
  signal?: AbortSignal;
}

/** Tries a target beside the one of the definition: budget of the window as it is now, alert rows over the range. */
export async function askWhatIf(
  options: WhatIfOptions,
): Promise<Omit<SloWhatIf, keyof LookedAt>> {
  const { slo, steps, summary, target, range, objective, now } = options;
  const { definition } = slo;
  const whole = isWhole(definition);
  const count = whole ? 1 : definition.objectives.length;
  if (objective >= count) {
    throw new InputError(
      `objective: ${slo.id} has ${count} objectives, counted from 0`,
    );
  }
  const defined = definition.objectives[objective];
  // Slices of every part begin and end with the buckets.
  const unit = [slo, ...steps]
    .flatMap(each => measuredLeaves(each.definition))
    .reduce(
      (all, { sliceSeconds = 1 }) => commonMultiple(all, sliceSeconds),
      1,
    );
  const bucketSeconds = Math.ceil(range.bucketSeconds / unit) * unit;
  const end = Math.floor(range.to / bucketSeconds) * bucketSeconds;
  const past = await readPast({
    ...options,
    end,
    length: Math.max(1, Math.floor(range.seconds / bucketSeconds)),
    bucketSeconds,
  });
  const windowSeconds = windowLengthSeconds(
    definition.timeWindow,
    now.getTime() / 1000,
  );
  const targets = [whole ? wholeTarget(definition) : defined.target, target];
  const trials = tryTargets({
    buckets: past.past,
    bucketSeconds,
    windowSeconds,
    targets,
    guard: {
      unit: countedUnit(definition),
      minimumEvents: definition.minimumEvents,
      sliceSeconds: defined.timeSliceSeconds,
    },
  });
  const measured = summary.objectives[objective]?.counts;
  const present = (trial: TargetTrial): SloTargetTrial => ({
    target: trial.target,
    ...(measured && {
      budget: errorBudget(measured.total, trial.target),
      budgetLeft: budgetLeft(measured, trial.target),
    }),
    worstBurn: presentWorst(
      worstBurn({
        buckets: past.past,
        bucketSeconds,
        spanSeconds:
          Math.max(1, Math.floor(BURN_NOW_SECONDS / bucketSeconds)) *
          bucketSeconds,
        target: trial.target,
      }),
    ),
    rows: trial.rows.map(row => ({
      ...row,
      firings: row.firings.map(({ from, to }) => ({
        from: iso(from),
        to: iso(to),
      })),
    })),
  });
  return {
    id: slo.id,
    objective,
    observedAt: iso(end),
    source: past.source,
    bucketSeconds,
    rangeSeconds: range.seconds,
    coverageSeconds: past.coverageSeconds,
    window: {
      seconds: windowSeconds,
      counts: measured,
      coverageSeconds: summary.coverage?.seconds,
      observedAt: summary.observedAt,
    },
    now: present(trials[0]),
    tried: present(trials[1]),
  };
}

function presentWorst(worst: WorstBurn | undefined) {
  return worst && { burnRate: worst.burnRate, at: iso(worst.at) };
}
