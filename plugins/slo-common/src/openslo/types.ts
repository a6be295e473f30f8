/** How much a finding about a definition matters. */
export type ProblemSeverity =
  /** The document is not used until it is corrected. */
  | 'error'
  /** Valid OpenSLO that Shopfloor keeps and shows but does not evaluate yet. */
  | 'unsupported'
  /** Probably a mistake; the document is used. */
  | 'warning';

/** A finding about a definition, at the place where it is to be corrected. */
export interface DefinitionProblem {
  severity: ProblemSeverity;
  /** The file as its entity names it, for example `slo.yaml`. */
  file: string;
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
  /** Path of the field inside its document, for example `spec.objectives[0].target`. */
  field: string;
  /** `Kind/name` of the document, as far as they could be read. */
  document?: string;
  message: string;
}

/** A rolling window: it always ends now. */
export interface RollingWindow {
  kind: 'rolling';
  /** As written, for example `30d`. */
  duration: string;
  durationSeconds: number;
}

/** A calendar window, for example the month, in a time zone. Parsed and shown; not evaluated yet. */
export interface CalendarWindow {
  kind: 'calendar';
  duration: string;
  /** As written, `YYYY-MM-DD hh:mm:ss` in the time zone. */
  startTime: string;
  timeZone: string;
}

/** The time window of an SLO. */
export type TimeWindow = RollingWindow | CalendarWindow;

/** One side of a ratio: a series of events per second and where it is measured. */
export interface MetricSource {
  /** Name of the DataSource document, or of the portal's environments when absent. */
  dataSource?: string;
  type: string;
  query: string;
}

/** The share of good events; either the good or the bad ones are counted. */
export interface RatioIndicator {
  name: string;
  numerator: 'good' | 'bad';
  counted: MetricSource;
  total: MetricSource;
}

/** One promise: this share of events is good. */
export interface ObjectiveDefinition {
  displayName?: string;
  /** Between 0 and 1, both excluded. */
  target: number;
}

/** An alert policy named by an SLO. Kept and shown; not evaluated yet. */
export interface KeptAlertPolicy {
  name: string;
  displayName?: string;
  description?: string;
}

/** An OpenSLO v1 SLO as Shopfloor understands it. */
export interface SloDefinition {
  name: string;
  displayName?: string;
  description?: string;
  service: string;
  /** 1-based line where the document begins. */
  line: number;
  /** Environments named by the SLO itself; absent: those of its entity. */
  environments?: string[];
  timeWindow: TimeWindow;
  budgetingMethod: 'Occurrences' | 'Timeslices' | 'RatioTimeslices';
  objectives: ObjectiveDefinition[];
  /** Absent when the indicator is of a kind that is not evaluated yet. */
  indicator?: RatioIndicator;
  alertPolicies: KeptAlertPolicy[];
  /** Why parts of it, or all of it, are not evaluated. */
  unsupported: DefinitionProblem[];
  /** False when something in `unsupported` keeps it from being evaluated at all. */
  evaluable: boolean;
  /** The whole document as written, so that nothing is lost. */
  document: Record<string, unknown>;
}

/** A document that is kept beside the SLOs: Service, DataSource, AlertPolicy and so on. */
export interface KeptDocument {
  kind: string;
  name: string;
  line: number;
  document: Record<string, unknown>;
}

/** What was read from one file. */
export interface ParsedFile {
  slos: SloDefinition[];
  documents: KeptDocument[];
  problems: DefinitionProblem[];
}
