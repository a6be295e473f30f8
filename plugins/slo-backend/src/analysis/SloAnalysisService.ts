import {
  ReportQuery,
  RollUpQuery,
  SloEvents,
  SloRed,
  SloReport,
  SloRollUpList,
  SloWhatIf,
  RangeQuery,
  WhatIfQuery,
} from '@shopfloor/plugin-slo-common';
import { SloRequest } from '../service/SloService';

/** A file to hand out. */
export interface ExportedFile {
  name: string;
  content: string;
}

/**
 * Looks back on SLOs, as a person may see them. Methods about one SLO throw as `SloService.get` does for who may not see it,
 * and an InputError when its environment is not configured any more.
 */
export interface SloAnalysisService {
  /**
   * What budget and alerts would have been with another target.
   *
   * @throws InputError when the SLO has no such objective, or is a weighted whole
   * @throws ServiceUnavailableError when Prometheus does not answer
   */
  whatIf(
    query: WhatIfQuery & { objective: number },
    request: SloRequest,
  ): Promise<SloWhatIf>;
  /**
   * Requests, errors and latency of what the SLO is about.
   *
   * @throws ServiceUnavailableError when Prometheus does not answer
   */
  red(query: RangeQuery, request: SloRequest): Promise<SloRed>;
  /** What happened, with the budget that was consumed after each change. */
  events(
    query: RangeQuery & { objective: number },
    request: SloRequest,
  ): Promise<SloEvents>;
  /** SLOs by team or system; only those that the person may see are counted. */
  rollUps(query: RollUpQuery, request: SloRequest): Promise<SloRollUpList>;
  /**
   * A month of a team or system.
   *
   * @throws InputError for a month or time zone that there is not, a month to come, or more SLOs than a report holds
   * @throws NotFoundError when the person may see no SLO of it
   */
  report(query: ReportQuery, request: SloRequest): Promise<SloReport>;
  /**
   * OpenSLO YAML of one SLO, or of the whole file of an entity.
   *
   * @throws NotFoundError when there is none, or none the person may see
   */
  export(
    of: { id: string } | { entity: string },
    request: SloRequest,
  ): Promise<ExportedFile>;
}
