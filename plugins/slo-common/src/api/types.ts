import { Coverage, ObjectiveResult, SloState } from '../math/evaluate';
import { CountedUnit } from '../evaluation/leaves';
import { LintReport } from '../lint/types';
import { EventCounts } from '../math/budget';
import { AlertPolicyDefinition } from '../openslo/alertTypes';
import { RatioIndicator } from '../openslo/indicatorTypes';
import { DefinitionProblem, TimeWindow } from '../openslo/types';

/** Something about the data a reader of the figures should know. */
export type DataNote =
  /** The series of counted events is absent; they count as none. */
  | 'counted-series-absent'
  /** More good (or bad) events than events: the two series do not belong together. */
  | 'counted-above-total'
  /** There were no events in the window. */
  | 'no-events';

/** Why there are no new figures. */
export interface EvaluationFailure {
  code:
    /** Prometheus does not answer. */
    | 'prometheus-unavailable'
    /** It answers, but has no fresh samples of the series of all events. */
    | 'no-data'
    /** It refuses the query. */
    | 'query-refused'
    /** The environment is not configured any more. */
    | 'environment-unknown';
  message: string;
  /** When it first failed, ISO 8601. */
  since: string;
}

/** Where a definition stands. */
export interface DefinitionSource {
  /** The file as the entity names it, for example `slo.yaml`. */
  file: string;
  /** Address of the file for people; absent for files on the portal's own disk. */
  url?: string;
  /** 1-based. */
  line: number;
}

/** One SLO in one environment, as lists show it. */
export interface SloSummary {
  /** Stable, used in addresses: `component~default~products~products-latency~production`. */
  id: string;
  name: string;
  displayName?: string;
  description?: string;
  entityRef: string;
  owner?: string;
  system?: string;
  environment: string;
  timeWindow: TimeWindow;
  state: SloState;
  /** With `stale`: the state when it was last seen. */
  lastState?: SloState;
  /** When the figures were observed, ISO 8601; absent when they never were. */
  observedAt?: string;
  /** Why the last attempt gave no figures, and since when. */
  failure?: EvaluationFailure;
  /**
   * One per objective, in the order of the definition; of a composite SLO and a journey one, the weighted whole. Empty
   * when never observed.
   */
  objectives: ObjectiveResult[];
  /** The smallest budget left of all objectives. */
  worstBudgetLeft?: number;
  coverage?: Coverage;
  notes: DataNote[];
  /** False when something in `unsupported` keeps it from being evaluated. */
  evaluable: boolean;
  unsupported: DefinitionProblem[];
  source: DefinitionSource;
}

/** One evaluated window, with the query that counted it. */
export interface ExplainedWindow {
  /** As `windowKey` gives it. */
  key?: string;
  /** Of a calendar window so far. */
  seconds: number;
  counts: EventCounts;
  countedExpression: string;
  totalExpression: string;
}

/** How the figures of one counted part came about. */
export interface ExplainedPart {
  /** Index of the objective. */
  objective?: string;
  /** Name of what is counted. */
  indicator?: string;
  /** `good` or `bad`: what `countedExpression` counts. */
  numerator: 'good' | 'bad';
  /** The window of the budget is the last one. */
  windows: ExplainedWindow[];
}

/** How the figures came about; of several parts, those of the first one and `parts` with all. */
export interface Explanation extends ExplainedPart {
  prometheusUrl: string;
  intervalSeconds: number;
  coverageExpression: string;
  /** What is counted; absent: events. */
  unit?: CountedUnit;
  /** Present when more than one series of events is counted: a composite, or slices with several targets. */
  parts?: ExplainedPart[];
}

/** One SLO in one environment, with all that is known. */
export interface SloDetail extends SloSummary {
  service: string;
  budgetingMethod: string;
  indicator?: RatioIndicator;
  alertPolicies: AlertPolicyDefinition[];
  /** The definition as written. */
  document: Record<string, unknown>;
  explanation?: Explanation;
  /** What makes the SLO say less than it seems to. */
  lint: LintReport;
}

/** What is wrong with the file of an entity. */
export interface SourceReport {
  entityRef: string;
  file: string;
  url?: string;
  /** When it was last read, ISO 8601. */
  readAt?: string;
  /** Why it could not be read. */
  failure?: string;
  problems: DefinitionProblem[];
  /** True when older, valid definitions are still in use although the file has errors or cannot be read. */
  usesOlderDefinitions: boolean;
}

/** Filters of the list. */
export interface ListSlosOptions {
  /** Entity ref, for example `component:default/products`. */
  entity?: string;
  /** Entity ref of the owner. */
  owner?: string;
  environment?: string;
  state?: SloState;
  /** Entity ref of the system. */
  system?: string;
  /** A tag of the entity in the catalog. */
  tag?: string;
  /** At most 500; default 200. */
  limit?: number;
  offset?: number;
}

/** A page of the list, worst budget first. */
export interface SloList {
  items: SloSummary[];
  /** All that match, before `limit` and `offset`. */
  totalItems: number;
  /** How many of all that match are in each state. */
  states: Record<SloState, number>;
  /** Files with problems, of the entities in the filter. */
  sources: SourceReport[];
  /** Values for the filters, from all SLOs the person may see. */
  facets: {
    owners: string[];
    environments: string[];
    systems?: string[];
    tags?: string[];
  };
}

/** Time ranges of the history, shortest first. */
export const HISTORY_RANGES = ['15m', '1h', '6h', '1d', '7d', '30d'] as const;

/** A time range of the history, ending now. */
export type HistoryRange = (typeof HISTORY_RANGES)[number];

/** The rolling window as it was at one moment. */
export interface HistoryPoint {
  /** ISO 8601. */
  at: string;
  counts: EventCounts;
  serviceLevel?: number;
  budgetLeft?: number;
  burnRate?: number;
}

/** A stretch of time that was looked at. */
export interface LookedAt {
  /** As it was asked for; absent of a stretch from one moment to another. */
  range?: HistoryRange;
  /** ISO 8601. */
  from: string;
  to: string;
}

/** How an objective went. */
export interface SloHistory extends LookedAt {
  /** Index of the objective. */
  objective: number;
  /** `stored` are the points the portal keeps itself, when Prometheus does not answer. */
  source: 'prometheus' | 'stored';
  /** Why it is not from Prometheus. */
  failure?: string;
  observedAt?: string;
  /** Seconds of the range in which there were samples; absent of stored points. */
  coverageSeconds?: number;
  points: HistoryPoint[];
}
