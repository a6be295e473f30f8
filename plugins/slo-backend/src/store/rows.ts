import {
  Coverage,
  DataNote,
  DefinitionProblem,
  EvaluationFailure,
  EventCounts,
  MaintenanceWindow,
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
  | { parts: MeasuredPart[] }
  | {
      windows: Array<{ seconds: number } & EventCounts>;
      coverage: Coverage;
    }
);

/** A definition joined with its result. */
export interface DefinitionRow {
  id: string;
  entity_ref: string;
  environment: string;
  owner: string | null;
  system: string | null;
  file: string;
  url: string | null;
  definition_hash: string;
  recorded_since: Date | null;
  maintenance: Array<{
    entry: MaintenanceWindow;
    since: number;
    until: number | null;
  }> | null;
  observed_at: Date | null;
  result: ResultColumn | null;
  failure_code: EvaluationFailure['code'] | null;
  failure: string | null;
  failing_since: Date | null;
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
  row: DefinitionRow,
  definition: SloDefinition,
): StoredSlo {
  return {
    id: row.id,
    entityRef: row.entity_ref,
    environment: row.environment,
    owner: row.owner ?? undefined,
    system: row.system ?? undefined,
    file: row.file,
    url: row.url ?? undefined,
    definition,
    definitionHash: row.definition_hash,
    recordedSince: row.recorded_since ?? undefined,
    maintenance: (row.maintenance ?? []).map(({ entry, since, until }) => ({
      window: entry,
      since,
      ...(until !== null && { until }),
    })),
    measurement:
      row.observed_at && row.result
        ? toMeasurement(row.observed_at, row.result)
        : undefined,
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

function toMeasurement(observedAt: Date, result: ResultColumn): Measurement {
  if ('parts' in result) {
    return { observedAt, notes: result.notes, parts: result.parts };
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
