import { RollUpTrend } from '../trend/rollUpTrend';
import { WaiverAct } from '../waiver/waivers';
import { WhatIfChange, WhatIfResult } from '../whatif/whatIf';
import {
  Badge,
  Campaign,
  CampaignDetail,
  CampaignRequest,
  CheckStandingList,
  CreatedBadge,
  GradeFilter,
  GradeList,
  GradeReport,
  ListGradesOptions,
  ListWaiversOptions,
  RollUpList,
  RollUpTrendOptions,
  ScorecardList,
  Waiver,
  WaiverRequest,
} from './types';

/** How one call is made. */
export interface ScorecardsRequest {
  signal?: AbortSignal;
}

/**
 * Reads and works with scorecards as the signed-in person. Everywhere a person meets only the scorecards and entities that
 * the same person may see; of the others there is no trace, in counts neither.
 */
export interface ScorecardsApi {
  listScorecards(request?: ScorecardsRequest): Promise<ScorecardList>;
  listGrades(
    options?: ListGradesOptions,
    request?: ScorecardsRequest,
  ): Promise<GradeList>;
  /** One grade; a NotFoundError when there is none or it may not be seen. */
  getGrade(
    options: { scorecard: string; entityRef: string },
    request?: ScorecardsRequest,
  ): Promise<GradeReport>;
  listRollUps(
    options: { scorecard: string; by: 'team' | 'system' },
    request?: ScorecardsRequest,
  ): Promise<RollUpList>;
  /** How those who belong to a team, system or domain now did over time. */
  getRollUpTrend(
    options: RollUpTrendOptions,
    request?: ScorecardsRequest,
  ): Promise<RollUpTrend>;
  listCheckStandings(
    options: { scorecard: string },
    request?: ScorecardsRequest,
  ): Promise<CheckStandingList>;
  /** Who would move; changes nothing. */
  whatIf(
    options: { scorecard: string; change: WhatIfChange },
    request?: ScorecardsRequest,
  ): Promise<WhatIfResult>;
  /** All that match a filter, as a file. */
  export(
    options: GradeFilter & { scorecard: string; format: 'csv' | 'json' },
    request?: ScorecardsRequest,
  ): Promise<Blob>;
  listWaivers(
    options?: ListWaiversOptions,
    request?: ScorecardsRequest,
  ): Promise<{ items: Waiver[] }>;
  requestWaiver(waiver: WaiverRequest): Promise<Waiver>;
  actOnWaiver(options: {
    id: string;
    act: WaiverAct;
    comment?: string;
  }): Promise<Waiver>;
  listCampaigns(
    request?: ScorecardsRequest,
  ): Promise<{ items: Campaign[]; mayManage: boolean }>;
  getCampaign(id: string, request?: ScorecardsRequest): Promise<CampaignDetail>;
  createCampaign(campaign: CampaignRequest): Promise<Campaign>;
  endCampaign(id: string): Promise<Campaign>;
  listBadges(
    options: { entityRef: string },
    request?: ScorecardsRequest,
  ): Promise<{ items: Badge[] }>;
  createBadge(options: {
    scorecard: string;
    entityRef: string;
  }): Promise<CreatedBadge>;
  /** From then on its address is nothing. */
  revokeBadge(id: string): Promise<void>;
}
