import {
  Coverage,
  DataNote,
  DeclaredMaintenance,
  DefinitionProblem,
  EvaluationFailure,
  EventCounts,
  SloDefinition,
} from '@shopfloor/plugin-slo-common';
import {
  MeasuredPart,
  Measurement,
  StoredPoint,
  StoredSlo,
  StoredSource,
} from './SloStore';

/** What is stored of a measurement, or was before there were parts. */
type ResultColumn = { notes: DataNote[] } & (
  | { parts: MeasuredPart[]; exclusions?: string[] }
  | {
      windows: Array<{ seconds: number } & EventCounts>;
      coverage: Coverage;
    }
);

/** A definition joined with when there was a result, without either of the two. */
export interface SloRow {
  id: string;
  entity_ref: string;
  environment: string;
  owner: string | null;
  system: string | null;
  tags: string[];
  file: string;
  url: string | null;
  definition_hash: string;
  recorded_since: Date | null;
  observed_at: Date | null;
  failure_code: EvaluationFailure['code'] | null;
  failure: string | null;
  failing_since: Date | null;
}

/** A result of an SLO. */
export interface ResultRow {
  slo_id: string;
  observed_at: Date;
  result: ResultColumn;
}

/** A maintenance that a definition names or named. */
export interface MaintenanceRow {
  slo_id: string;
  /** JSON. */
  entry: string;
  since: Date;
  until: Date | null;
}

/** A past stretch that does not count. */
export interface ExcludedRow {
  id: string;
  slo_id: string;
  from_at: Date;
  to_at: Date;
}

export interface SourceRow {
  entity_ref: string;
  file: string;
  url: string | null;
  read_at: Date | null;
  failure: string | null;
  problems: DefinitionProblem[];
  uses_older_definitions: boolean;
}

export interface PointRow {
  at: Date;
  part: string;
  bad: number;
  total: number;
  recent_bad: number;
  recent_total: number;
}

export function toSlo(
  row: SloRow,
  more: Pick<StoredSlo, 'definition' | 'maintenance' | 'measurement'>,
): StoredSlo {
  return {
    id: row.id,
    entityRef: row.entity_ref,
    environment: row.environment,
    owner: row.owner ?? undefined,
    system: row.system ?? undefined,
    tags: row.tags,
    file: row.file,
    url: row.url ?? undefined,
    definitionHash: row.definition_hash,
    recordedSince: row.recorded_since ?? undefined,
    ...more,
    failure:
      row.failure && row.failure_code && row.failing_since
        ? {
            code: row.failure_code,
            message: row.failure,
            since: row.failing_since.toISOString(),
          }
        : undefined,
  };
}

export function toMaintenance(row: MaintenanceRow): DeclaredMaintenance {
  return {
    window: JSON.parse(row.entry),
    since: row.since.getTime() / 1000,
    ...(row.until && { until: row.until.getTime() / 1000 }),
  };
}

/** An exclusion as the evaluation takes it: a maintenance that was declared in time. */
export function toExcluded(row: ExcludedRow): DeclaredMaintenance {
  const from = row.from_at.getTime() / 1000;
  return {
    window: {
      kind: 'once',
      fromSeconds: from,
      toSeconds: row.to_at.getTime() / 1000,
    },
    since: from,
    exclusionId: row.id,
  };
}

export function toMeasurement(
  observedAt: Date,
  result: ResultColumn,
): Measurement {
  if ('parts' in result) {
    const { notes, parts, exclusions } = result;
    return { observedAt, notes, parts, ...(exclusions && { exclusions }) };
  }
  const to = Math.floor(observedAt.getTime() / 1000);
  const { windowSeconds, seconds, resolutionSeconds } = result.coverage;
  return {
    observedAt,
    notes: result.notes,
    parts: [
      {
        key: '0',
        countedSeen: !result.notes.includes('counted-series-absent'),
        windows: result.windows.map(window => ({
          key: String(window.seconds),
          from: to - window.seconds,
          to,
          bad: window.bad,
          total: window.total,
        })),
        coverage: [
          {
            key: String(windowSeconds),
            from: to - windowSeconds,
            to,
            seconds,
            resolutionSeconds,
          },
        ],
      },
    ],
  };
}

/** A definition as it is used; rows of before these fields were there are read until the next discovery. */
export function toDefinition(definition: SloDefinition): SloDefinition {
  return {
    ...definition,
    composite: definition.composite ?? false,
    maintenance: definition.maintenance ?? [],
    furtherWindows: definition.furtherWindows ?? [],
    alertPolicies: definition.alertPolicies ?? [],
    objectives: definition.objectives ?? [],
  };
}

export function toSource(row: SourceRow): StoredSource {
  return {
    entityRef: row.entity_ref,
    file: row.file,
    url: row.url ?? undefined,
    readAt: row.read_at ?? undefined,
    failure: row.failure ?? undefined,
    problems: row.problems,
    usesOlderDefinitions: row.uses_older_definitions,
  };
}

export function toPoint(row: PointRow): StoredPoint {
  return {
    at: row.at,
    part: row.part,
    window: { bad: row.bad, total: row.total },
    recent: { bad: row.recent_bad, total: row.recent_total },
  };
}
