import { CountedUnit } from '../evaluation/leaves';
import { EventCounts } from '../math/budget';
import { PeriodResult, PeriodVerdict } from '../math/periodReport';
import { SloTally } from '../math/sloTally';
import { RowTrial } from '../math/whatIf';
import { LookedAt } from './types';

/**
 * Where counts of the past come from: the series that the generated rules recorded, the series of the indicator itself,
 * or the first where there are any and the second before them.
 */
export type CountsSource = 'recorded' | 'direct' | 'mixed';

/** One alert row on the history, with the times at which it would have fired. */
export interface SloRowTrial extends Omit<RowTrial, 'firings'> {
  /** ISO 8601. */
  firings: Array<{ from: string; to: string }>;
}

/** What one target means for the events that really were. */
export interface SloTargetTrial {
  target: number;
  /** Bad events the window allows; absent when the window was never measured. */
  budget?: number;
  /** Of the window as it is now; absent without events. */
  budgetLeft?: number;
  /** The hour of the range that burned fastest; absent without events. */
  worstBurn?: { burnRate: number; at: string };
  rows: SloRowTrial[];
}

/** Two targets on the same history. */
export interface SloWhatIf extends LookedAt {
  id: string;
  /** Index of the objective. */
  objective: number;
  /** End of the history, ISO 8601. */
  observedAt: string;
  source: CountsSource;
  bucketSeconds: number;
  rangeSeconds: number;
  /** Seconds of the range for which there is data. */
  coverageSeconds: number;
  /** Counts of the whole window as it was last measured, and how much of it was observed. */
  window: {
    seconds: number;
    counts?: EventCounts;
    coverageSeconds?: number;
    observedAt?: string;
  };
  /** With the target of the definition. */
  now: SloTargetTrial;
  /** With the target that was asked about. */
  tried: SloTargetTrial;
}

/** Whether the log of changes could be asked, and if not, why. */
export type ChangeLogState =
  /** It answered. */
  | 'connected'
  /** The portal has no plugin that keeps changes. */
  | 'not-connected'
  /** The person may not see changes. */
  | 'not-allowed'
  /** It does not answer. */
  | 'unreachable';

/** Requests, errors and latency of what an SLO is about, at one moment. Absent figures had no data. */
export interface RedPoint {
  /** ISO 8601; the end of the step. */
  at: string;
  /** Requests per second. */
  rate?: number;
  /** Share of requests that ended in a server error, 0 to 1. */
  errorShare?: number;
  /** Milliseconds that half, 95 % and 99 % of the requests stayed below. */
  p50?: number;
  p95?: number;
  p99?: number;
}

/** Requests, errors and latency beside an SLO, whatever it counts itself. */
export interface SloRed extends LookedAt {
  /** The service as the mesh calls it. */
  destination: string;
  observedAt: string;
  stepSeconds: number;
  /** Seconds of the range for which there are requests. */
  coverageSeconds: number;
  points: RedPoint[];
  /** The queries, for those who want to ask themselves. */
  queries: { rate: string; errors: string; latency: string };
}

/** The budget that was consumed after something happened. It came after it; whether it came of it nobody knows. */
export interface SloConsumed {
  /** What was counted, ISO 8601. */
  from: string;
  to: string;
  counts: EventCounts;
  /** `bad / budget` of the window as it is now; absent without a budget. */
  share?: number;
  coverageSeconds: number;
  /** How many changes share it, since they cannot be told apart. */
  sharedBy: number;
}

/** Something on the time axis of an SLO. */
export interface SloEvent {
  id: string;
  kind: 'change' | 'incident';
  /** Of a change, for example `deployment`. */
  changeKind?: string;
  title: string;
  summary?: string;
  /** ISO 8601. */
  at: string;
  /** Absent while it is under way, or open. */
  endedAt?: string;
  /** Of a change, for example `succeeded`; of an incident `open` or `closed`. */
  outcome: string;
  /** Entity ref of the person, when one is known. */
  who?: string;
  /** Where to look further. */
  href?: string;
  /** Of changes alone. */
  consumed?: SloConsumed;
}

/** What happened in a time range of an SLO. */
export interface SloEvents extends LookedAt {
  /** Whether changes and incidents could be asked for. */
  log: ChangeLogState;
  /** Oldest first. */
  events: SloEvent[];
  /** True when there are more than are shown. */
  truncated: boolean;
  /** Stretches that do not count, ISO 8601. */
  maintenance: Array<{ from: string; to: string }>;
  /**
   * Maintenance in the window of the budget that was declared when it was over, and therefore counts; with what happened in
   * it, and the budget that would be left without it, when they could be told.
   */
  lateMaintenance?: {
    stretches: Array<{ from: string; to: string }>;
    counts?: EventCounts;
    budgetLeft?: number;
  };
  /** How long after a change its budget is counted, at most. */
  afterSeconds: number;
}

/** What SLOs are rolled up by. */
export type RollUpBy = 'team' | 'system';

/** How several SLOs do, with the one that does worst. */
export interface PresentedTally extends Omit<SloTally, 'worst'> {
  worst?: {
    id: string;
    name: string;
    displayName?: string;
    entityRef: string;
    environment: string;
    budgetLeft: number;
    /** Seconds of maintenance in its window, without which its figures are; absent when there was none. */
    maintenanceSeconds?: number;
  };
}

/** One team or system. */
export interface SloRollUpItem {
  /** Absent of SLOs whose entity has no owner, or is part of no system. */
  ref?: string;
  title?: string;
  parent?: string;
  own: PresentedTally;
  total: PresentedTally;
}

/** SLOs by team or system, the worst first, those below after the ones above them. */
export interface SloRollUpList {
  by: RollUpBy;
  items: SloRollUpItem[];
  /** Of all SLOs that match. */
  total: PresentedTally;
  /** The moment that budgets are compared with, ISO 8601. */
  comparedWith: string;
}

/** One objective in a report. */
export interface ReportedObjective extends PeriodResult {
  displayName?: string;
  target: number;
  /** Seconds of declared maintenance in the period so far. */
  maintenanceSeconds: number;
  /** Why there are no figures. */
  failure?: string;
}

/** One SLO in a report. */
export interface ReportedSlo {
  id: string;
  name: string;
  displayName?: string;
  entityRef: string;
  environment: string;
  unit: CountedUnit;
  objectives: ReportedObjective[];
}

/** Changes and incidents in a report. */
export interface ReportedLog {
  state: ChangeLogState;
  /** Changes by kind, for example `deployment`. */
  changes?: Array<{ kind: string; count: number; failed: number }>;
  changesTotal?: number;
  /** True when only the latest were counted by kind. */
  changesTruncated?: boolean;
  incidents?: SloEvent[];
  incidentsTotal?: number;
  /** Times to restore of the incidents that were closed. */
  restore?: {
    closed: number;
    open: number;
    meanSeconds?: number;
    medianSeconds?: number;
  };
}

/** How the SLOs of a team or system did in a month. */
export interface SloReport {
  by: RollUpBy;
  ref: string;
  title?: string;
  environment?: string;
  /** `2026-11` */
  month: string;
  timeZone: string;
  /** ISO 8601; `to` is now while the month lasts. */
  from: string;
  to: string;
  /** True when the month is over. */
  complete: boolean;
  writtenAt: string;
  verdicts: Record<PeriodVerdict, number>;
  slos: ReportedSlo[];
  log: ReportedLog;
}
