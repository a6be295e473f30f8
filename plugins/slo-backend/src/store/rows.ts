import {
  Coverage,
  DataNote,
  DefinitionProblem,
  EvaluationFailure,
  EventCounts,
  SloDefinition,
} from '@shopfloor/plugin-slo-common';
import { StoredPoint, StoredSlo, StoredSource } from './SloStore';

/** A definition joined with its result. */
export interface DefinitionRow {
  id: string;
  entity_ref: string;
  environment: string;
  owner: string | null;
  system: string | null;
  file: string;
  url: string | null;
  definition: SloDefinition;
  observed_at: Date | null;
  result: {
    windows: Array<{ seconds: number } & EventCounts>;
    coverage: Coverage;
    notes: DataNote[];
  } | null;
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
  bad: number;
  total: number;
  recent_bad: number;
  recent_total: number;
}

export function toSlo(row: DefinitionRow): StoredSlo {
  return {
    id: row.id,
    entityRef: row.entity_ref,
    environment: row.environment,
    owner: row.owner ?? undefined,
    system: row.system ?? undefined,
    file: row.file,
    url: row.url ?? undefined,
    // Rows of before these fields were there are read until the next discovery.
    definition: {
      ...row.definition,
      composite: row.definition.composite ?? false,
      maintenance: row.definition.maintenance ?? [],
      furtherWindows: row.definition.furtherWindows ?? [],
    },
    measurement:
      row.observed_at && row.result
        ? { observedAt: row.observed_at, ...row.result }
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
    window: { bad: row.bad, total: row.total },
    recent: { bad: row.recent_bad, total: row.recent_total },
  };
}
