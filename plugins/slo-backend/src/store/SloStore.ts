import {
  DataNote,
  DeclaredMaintenance,
  DefinitionProblem,
  EvaluationFailure,
  EventCounts,
  KnownSpan,
  SloDefinition,
} from '@shopfloor/plugin-slo-common';

/** An SLO in one environment, as discovered. */
export interface DiscoveredSlo {
  id: string;
  entityRef: string;
  environment: string;
  owner?: string;
  system?: string;
  /** Tags of the entity in the catalog. */
  tags?: string[];
  file: string;
  url?: string;
  definition: SloDefinition;
}

/**
 * Counts of one window of a part. Bad ones may be below 0 or above all where the two series do not belong together:
 * sums stay exact that way, and `countEvents` bounds what is shown.
 */
export interface MeasuredWindow extends KnownSpan, EventCounts {
  /** As `windowKey` gives it. */
  key: string;
}

/** For how much of one window of a part there is data. */
export interface MeasuredCoverage extends KnownSpan {
  key: string;
  seconds: number;
  resolutionSeconds: number;
}

/** What was counted for one part of an SLO: an objective, or a step of a journey. */
export interface MeasuredPart {
  /** Index of the objective or step. */
  key: string;
  windows: MeasuredWindow[];
  /** Of the windows a budget is told over. */
  coverage: MeasuredCoverage[];
  /** False when the series of what is counted was never there. */
  countedSeen: boolean;
  /** Of a step: the target and the id of its SLO. */
  target?: number;
  sloId?: string;
}

/** What was counted for an SLO at one moment. */
export interface Measurement {
  observedAt: Date;
  parts: MeasuredPart[];
  notes: DataNote[];
  /** Ids of the exclusions that were left out of the counts; absent: none. */
  exclusions?: string[];
}

/** An SLO with the last that is known of it. */
export interface StoredSlo extends DiscoveredSlo {
  /** Another one for every change of the definition. */
  definitionHash: string;
  /** Since when Prometheus evaluates the generated rules of what is counted now. */
  recordedSince?: Date;
  /** Maintenance with the time in which the definition named it, and past stretches that an approval excluded. */
  maintenance: DeclaredMaintenance[];
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

/** Counts of the window and of the last hour at one moment, of one part or of the weighted whole. */
export interface StoredPoint {
  at: Date;
  part?: string;
  window: EventCounts;
  recent: EventCounts;
}

/** A measurement with the points to keep of it. */
export interface SavedMeasurement {
  id: string;
  measurement: Measurement;
  points: Array<Omit<StoredPoint, 'at'> & { part: string }>;
}

/** Why an SLO has no new measurement. */
export interface SavedFailure {
  id: string;
  code: EvaluationFailure['code'];
  message: string;
  at: Date;
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
  /** Writes measurements, and points if none were written in the same minute. Ends failures. */
  saveMeasurements(measurements: SavedMeasurement[]): Promise<void>;
  /** Notes why there are no new measurements; the last ones stay. */
  saveFailures(failures: SavedFailure[]): Promise<void>;
  /**
   * Notes which SLOs of an environment Prometheus evaluates the rules of; of the others it begins anew. One whose
   * definition was changed meanwhile is not noted: the rules are those of the one before.
   */
  markRecorded(options: {
    environment: string;
    slos: Array<Pick<StoredSlo, 'id' | 'definitionHash'>>;
    now: Date;
  }): Promise<void>;
  /** Points of a part after `since`, oldest first. */
  listPoints(id: string, since: Date, part?: string): Promise<StoredPoint[]>;
  /** Deletes what is past its retention and thins points older than a day to one in a quarter of an hour. */
  tidy(options: { now: Date; retentionDays: number }): Promise<void>;
}
