import { Environment } from '@shopfloor/plugin-environments-common';
import {
  lintSlo,
  SloDetail,
  SloObservations,
  SloSummary,
  SourceReport,
  windowKey,
} from '@shopfloor/plugin-slo-common';
import { StoredSlo, StoredSource } from '../store/SloStore';
import { explain } from './explain';
import { judge } from './presentObjectives';

/** The state of an SLO at a moment: that of its last measurement, unless it is old. */
export function presentState(
  slo: StoredSlo,
  options: { now: Date; staleAfterSeconds: number },
): Pick<SloSummary, 'state' | 'lastState'> {
  const { state } = judge(slo);
  const ageSeconds =
    slo.measurement &&
    (options.now.getTime() - slo.measurement.observedAt.getTime()) / 1000;
  return ageSeconds !== undefined && ageSeconds > options.staleAfterSeconds
    ? { state: 'stale', lastState: state }
    : { state };
}

/** An SLO as lists show it. */
export function presentSummary(
  slo: StoredSlo,
  options: { now: Date; staleAfterSeconds: number },
): SloSummary {
  const { definition, measurement } = slo;
  const { objectives, worstBudgetLeft, coverage } = judge(slo);
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
    ...presentState(slo, options),
    observedAt: measurement?.observedAt.toISOString(),
    failure: slo.failure,
    objectives,
    ...(worstBudgetLeft !== undefined && { worstBudgetLeft }),
    coverage,
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
  const { coverage } = judge(slo);
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
