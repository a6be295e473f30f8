import {
  RollUpBy,
  SloEvents,
  SloRed,
  SloReport,
  SloRollUpList,
  SloWhatIf,
} from './analysis';
import { TimeRangeChoice } from '../math/timeRange';

/** How one call is made. */
export interface SloRequestOptions {
  signal?: AbortSignal;
}

/** What a target is tried on. */
export interface WhatIfQuery extends TimeRangeChoice {
  id: string;
  /** 0 to 1. */
  target: number;
  /** Index of the objective; default 0. */
  objective?: number;
}

/** One SLO over a time range. */
export interface RangeQuery extends TimeRangeChoice {
  id: string;
  /** Index of the objective; default 0. */
  objective?: number;
}

/** What SLOs are rolled up by, and which. */
export interface RollUpQuery {
  by: RollUpBy;
  environment?: string;
}

/** Whose month is reported. */
export interface ReportQuery {
  by: RollUpBy;
  /** Entity ref of the team, with the teams below it, or of the system. */
  ref: string;
  /** `2026-11`; default this month. */
  month?: string;
  /** Of the IANA database; default UTC. */
  timeZone?: string;
  environment?: string;
}

/** Looks back on SLOs, as the signed-in person. */
export interface SloAnalysisApi {
  /** What budget and alerts would have been with another target. */
  whatIf(query: WhatIfQuery, request?: SloRequestOptions): Promise<SloWhatIf>;
  /** Requests, errors and latency of what the SLO is about. */
  red(query: RangeQuery, request?: SloRequestOptions): Promise<SloRed>;
  /** Changes, incidents and maintenance, with the budget that was consumed after each change. */
  events(query: RangeQuery, request?: SloRequestOptions): Promise<SloEvents>;
  /** SLOs by team or system. */
  rollUps(
    query: RollUpQuery,
    request?: SloRequestOptions,
  ): Promise<SloRollUpList>;
  /** A month of a team or system. */
  report(query: ReportQuery, request?: SloRequestOptions): Promise<SloReport>;
  /** One SLO with the documents it refers to, or the whole file of an entity, as OpenSLO YAML. */
  export(
    of: { id: string } | { entity: string },
    request?: SloRequestOptions,
  ): Promise<Blob>;
}
