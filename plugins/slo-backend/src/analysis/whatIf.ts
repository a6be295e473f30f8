import { InputError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import { PrometheusClient } from '@shopfloor/plugin-environments-node';
import {
  budgetLeft,
  BURN_NOW_SECONDS,
  errorBudget,
  HistoryRange,
  parseDurationSeconds,
  SloSummary,
  SloTargetTrial,
  SloWhatIf,
  TargetTrial,
  tryTargets,
  windowLengthSeconds,
  WorstBurn,
  worstBurn,
} from '@shopfloor/plugin-slo-common';
import { StoredSlo } from '../store/SloStore';
import { iso } from './iso';
import { readBuckets } from './readBuckets';

/** Buckets of a minute hold the short window of the fastest row; Prometheus answers at most 11,000 of them. */
export const BUCKET_SECONDS: Record<HistoryRange, number> = {
  '15m': 60,
  '1h': 60,
  '6h': 60,
  '1d': 60,
  '7d': 60,
  '30d': 300,
};

/** What {@link askWhatIf} needs. */
export interface WhatIfOptions {
  slo: StoredSlo;
  /** The same SLO as it is shown now. */
  summary: SloSummary;
  target: number;
  range: HistoryRange;
  /** Index of the objective. */
  objective: number;
  environment: Environment;
  client: PrometheusClient;
  now: Date;
  signal?: AbortSignal;
}

/** Tries a target beside the one of the definition: budget of the window as it is now, alert rows over the range. */
export async function askWhatIf(options: WhatIfOptions): Promise<SloWhatIf> {
  const { slo, summary, target, range, objective, now } = options;
  const { definition } = slo;
  const defined = definition.objectives[objective];
  if (definition.journey || definition.composite) {
    throw new InputError(
      `objective: ${slo.id} is a weighted whole, whose windows do not add up; try the targets of its parts`,
    );
  }
  if (!defined) {
    throw new InputError(
      `objective: ${slo.id} has ${definition.objectives.length} objectives, counted from 0`,
    );
  }
  const bucketSeconds = Math.max(
    BUCKET_SECONDS[range],
    definition.budgetingMethod === 'Occurrences'
      ? 0
      : (defined.timeSliceSeconds ?? 0),
  );
  const rangeSeconds = parseDurationSeconds(range)!;
  const end = Math.floor(now.getTime() / 1000 / bucketSeconds) * bucketSeconds;
  const past = await readBuckets({
    ...options,
    end,
    length: Math.max(1, Math.floor(rangeSeconds / bucketSeconds)),
    bucketSeconds,
  });
  const windowSeconds = windowLengthSeconds(
    definition.timeWindow,
    now.getTime() / 1000,
  );
  const targets = [defined.target, target];
  const trials = tryTargets({
    buckets: past.buckets,
    bucketSeconds,
    windowSeconds,
    targets,
    minimumEvents: definition.minimumEvents ?? 'derived',
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
        buckets: past.buckets,
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
    range,
    observedAt: iso(end),
    source: past.source,
    bucketSeconds,
    rangeSeconds,
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
