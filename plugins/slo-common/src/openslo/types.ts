import { AlertPolicyDefinition } from './alertTypes';
import { IndicatorDefinition, RatioIndicator } from './indicatorTypes';

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

/** A calendar window, for example the month, in a time zone. */
export interface CalendarWindow {
  kind: 'calendar';
  duration: string;
  /** As written, `YYYY-MM-DD hh:mm:ss` in the time zone. */
  startTime: string;
  timeZone: string;
}

/** The time window of an SLO. */
export type TimeWindow = RollingWindow | CalendarWindow;

/**
 * A time that does not count, once or every week. Bad and all events of it are left out of the budget and of every
 * alert; charts show it.
 */
export type MaintenanceWindow =
  | {
      kind: 'once';
      /** Unix seconds. */
      fromSeconds: number;
      toSeconds: number;
    }
  | {
      kind: 'weekly';
      /** ISO weekdays, 1 (Monday) to 7. */
      weekdays: number[];
      /** Wall clock in the time zone, minutes after midnight. */
      fromMinute: number;
      /** Above `fromMinute`; beyond 1440 it reaches into the next day. */
      toMinute: number;
      timeZone: string;
    };

/** One SLO of a user journey, in the environment of the journey. */
export interface JourneyStep {
  /** `component:default/cart`. */
  entityRef: string;
  slo: string;
  weight: number;
}

/** How a value is compared, as OpenSLO writes it. */
export type ComparisonOperator = 'lt' | 'lte' | 'gt' | 'gte';

/** One promise: this share of events is good. */
export interface ObjectiveDefinition {
  displayName?: string;
  /** Between 0 and 1, both excluded. */
  target: number;
  /** With a threshold metric: the value is good while `metric op value` holds. */
  op?: ComparisonOperator;
  value?: number;
  /** Share of good events from which a slice is good; with Timeslices. */
  timeSliceTarget?: number;
  /** With Timeslices and RatioTimeslices. */
  timeSliceSeconds?: number;
  /** Of a composite SLO: this part's own indicator and weight (1 unless written). */
  indicator?: IndicatorDefinition;
  weight?: number;
}

/** How the budget is counted. */
export type BudgetingMethod = 'Occurrences' | 'Timeslices' | 'RatioTimeslices';

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
  /** More windows its objectives are judged over; alert rows follow `timeWindow` alone. */
  furtherWindows: TimeWindow[];
  budgetingMethod: BudgetingMethod;
  objectives: ObjectiveDefinition[];
  /** True when the objectives are weighted parts with an indicator each. */
  composite: boolean;
  /** Absent of a composite SLO and of a journey. */
  indicatorDefinition?: IndicatorDefinition;
  /** `indicatorDefinition` as two series; absent when it is of another kind. */
  indicator?: RatioIndicator;
  /** Present on a user journey: it is computed from SLOs of other services. */
  journey?: JourneyStep[];
  alertPolicies: AlertPolicyDefinition[];
  /** Fewest events before an alert row counts; absent: derived for each row. */
  minimumEvents?: number;
  maintenance: MaintenanceWindow[];
  runbook?: string;
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

/** One document of a file, right or not, so that a file can be written back whole. */
export interface FileDocument {
  /** `undefined` when it cannot be read. */
  kind?: string;
  name?: string;
  line: number;
  document: Record<string, unknown>;
}

/** What was read from one file. */
export interface ParsedFile {
  slos: SloDefinition[];
  documents: KeptDocument[];
  /** Every document that is a mapping, in the order of the file, with or without errors. */
  everything: FileDocument[];
  problems: DefinitionProblem[];
}
