import { Environment } from '@shopfloor/plugin-environments-common';
import {
  lintSlo,
  SloDetail,
  SloObservations,
  SloSummary,
  SourceReport,
  windowKey,
  worstState,
} from '@shopfloor/plugin-slo-common';
import { StoredSlo, StoredSource } from '../store/SloStore';
import { explain } from './explain';
import { coverageOf, presentObjectives } from './presentObjectives';

/** An SLO as lists show it. */
export function presentSummary(
  slo: StoredSlo,
  options: { now: Date; staleAfterSeconds: number },
): SloSummary {
  const { definition, measurement } = slo;
  const objectives = presentObjectives(slo);
  const state = worstState(objectives.map(objective => objective.state));
  const ageSeconds =
    measurement &&
    (options.now.getTime() - measurement.observedAt.getTime()) / 1000;
  const stale =
    ageSeconds !== undefined && ageSeconds > options.staleAfterSeconds;
  const lefts = objectives.flatMap(({ budgetLeft }) => budgetLeft ?? []);
  return {
    id: slo.id,
    name: definition.name,
    displayName: definition.displayName,
    description: definition.description,
    entityRef: slo.entityRef,
    owner: slo.owner,
    system: slo.system,
    environment: slo.environment,
    timeWindow: definition.timeWindow,
    state: stale ? 'stale' : state,
    ...(stale && { lastState: state }),
    observedAt: measurement?.observedAt.toISOString(),
    failure: slo.failure,
    objectives,
    ...(lefts.length > 0 && { worstBudgetLeft: Math.min(...lefts) }),
    coverage:
      measurement && coverageOf(slo, measurement.parts, definition.timeWindow),
    notes: measurement?.notes ?? [],
    evaluable: definition.evaluable,
    unsupported: definition.unsupported,
    source: { file: slo.file, url: slo.url, line: definition.line },
  };
}

/** An SLO with all that is known. */
export function presentDetail(
  slo: StoredSlo,
  options: {
    now: Date;
    staleAfterSeconds: number;
    environment?: Environment;
    /** Values of `le` of the histogram whose bucket is counted, when they are known. */
    bucketBounds?: string[];
  },
): SloDetail {
  const { definition } = slo;
  return {
    ...presentSummary(slo, options),
    service: definition.service,
    budgetingMethod: definition.budgetingMethod,
    indicator: definition.indicator,
    alertPolicies: definition.alertPolicies,
    document: definition.document,
    explanation:
      options.environment && explain(slo, options.environment, options.now),
    lint: lintSlo({
      definition,
      observations: {
        ...observationsOf(slo),
        ...(options.bucketBounds && { bucketBounds: options.bucketBounds }),
      },
      now: options.now,
    }),
  };
}

/** What the last evaluation told of the metrics of an SLO. */
function observationsOf(slo: StoredSlo): SloObservations {
  const { measurement, failure } = slo;
  if (failure?.code === 'no-data') {
    return { totalPresent: false, countedPresent: false };
  }
  if (!measurement || failure) {
    return {};
  }
  const { notes, parts } = measurement;
  const coverage = coverageOf(slo, parts, slo.definition.timeWindow);
  const key = windowKey(slo.definition.timeWindow);
  return {
    totalPresent: true,
    countedPresent: !notes.includes('counted-series-absent'),
    countedAboveTotal: notes.includes('counted-above-total'),
    total: parts[0]?.windows.find(window => window.key === key)?.total,
    coverageSeconds: coverage?.seconds,
    coverageWindowSeconds: coverage?.windowSeconds,
    coverageResolutionSeconds: coverage?.resolutionSeconds,
  };
}

/** A file with problems, as lists show it. */
export function presentSource(source: StoredSource): SourceReport {
  return {
    entityRef: source.entityRef,
    file: source.file,
    url: source.url,
    readAt: source.readAt?.toISOString(),
    failure: source.failure,
    problems: source.problems,
    usesOlderDefinitions: source.usesOlderDefinitions,
  };
}
