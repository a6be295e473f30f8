import {
  Coverage,
  DataNote,
  DefinitionProblem,
  EvaluationFailure,
  EventCounts,
  SloDefinition,
} from '@shopfloor/plugin-slo-common';

/** An SLO in one environment, as discovered. */
export interface DiscoveredSlo {
  id: string;
  entityRef: string;
  environment: string;
  owner?: string;
  system?: string;
  file: string;
  url?: string;
  definition: SloDefinition;
}

/** What was counted for an SLO at one moment. */
export interface Measurement {
  observedAt: Date;
  windows: Array<{ seconds: number } & EventCounts>;
  coverage: Coverage;
  notes: DataNote[];
}

/** An SLO with the last that is known of it. */
export interface StoredSlo extends DiscoveredSlo {
  measurement?: Measurement;
  failure?: EvaluationFailure;
}

/** The file of one entity, as last seen. */
export interface StoredSource {
  entityRef: string;
  file: string;
  url?: string;
  readAt?: Date;
  /** Why it could not be read the last time. */
  failure?: string;
  problems: DefinitionProblem[];
  usesOlderDefinitions: boolean;
}

/** Counts of the rolling window and of the last hour at one moment. */
export interface StoredPoint {
  at: Date;
  window: EventCounts;
  recent: EventCounts;
}

/** What was read from the file of an entity. */
export interface SaveSourceOptions {
  entityRef: string;
  file: string;
  url?: string;
  content: string;
  readAt: Date;
  problems: DefinitionProblem[];
  slos: DiscoveredSlo[];
  /** Keep SLOs of the entity that are not in `slos`, because the file has errors. */
  keepOthers: boolean;
}

/** Definitions, last results and points. */
export interface SloStore {
  /** Writes what a file defines. Results stay where what is measured stayed the same. */
  saveSource(options: SaveSourceOptions): Promise<void>;
  /** Notes that a file could not be read; its definitions stay. */
  saveSourceFailure(options: {
    entityRef: string;
    file: string;
    url?: string;
    failure: string;
  }): Promise<void>;
  /** Hides everything of entities that are not among these any more. */
  retainEntities(entityRefs: string[], now: Date): Promise<void>;
  /** Every SLO that is not hidden. */
  listSlos(): Promise<StoredSlo[]>;
  getSlo(id: string): Promise<StoredSlo | undefined>;
  /** Every source that is not hidden. */
  listSources(): Promise<StoredSource[]>;
  /** Writes a measurement, and a point if none was written in the same minute. Ends a failure. */
  saveMeasurement(id: string, measurement: Measurement): Promise<void>;
  /** Notes why there is no new measurement; the last one stays. */
  saveFailure(
    id: string,
    failure: { code: EvaluationFailure['code']; message: string; at: Date },
  ): Promise<void>;
  /** Points after `since`, oldest first. */
  listPoints(id: string, since: Date): Promise<StoredPoint[]>;
  /** Deletes what is past its retention and thins points older than a day to one in a quarter of an hour. */
  tidy(options: { now: Date; retentionDays: number }): Promise<void>;
}
