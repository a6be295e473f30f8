import {
  BackendClientOptions,
  fetchFromBackend,
} from '@shopfloor/plugin-requests-common';
import { ScorecardsApi, ScorecardsRequest } from './ScorecardsApi';
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
import { RollUpTrend } from '../trend/rollUpTrend';
import { WaiverAct } from '../waiver/waivers';
import { WhatIfChange, WhatIfResult } from '../whatif/whatIf';

/** What {@link ScorecardsClient} needs from its surroundings. */
export type ScorecardsClientOptions = BackendClientOptions;

interface Call extends ScorecardsRequest {
  method?: 'POST' | 'DELETE';
  query?: object;
  body?: unknown;
}

/** {@link ScorecardsApi} over HTTP. An answer that is not a success throws a ResponseError. */
export class ScorecardsClient implements ScorecardsApi {
  readonly #options: ScorecardsClientOptions;

  constructor(options: ScorecardsClientOptions) {
    this.#options = options;
  }

  listScorecards(request?: ScorecardsRequest) {
    return this.#json<ScorecardList>('/scorecards', { ...request });
  }

  listGrades(query: ListGradesOptions = {}, request?: ScorecardsRequest) {
    return this.#json<GradeList>('/grades', { query, ...request });
  }

  getGrade(
    query: { scorecard: string; entityRef: string },
    request?: ScorecardsRequest,
  ) {
    return this.#json<GradeReport>('/grade', { query, ...request });
  }

  listRollUps(
    query: { scorecard: string; by: 'team' | 'system' },
    request?: ScorecardsRequest,
  ) {
    return this.#json<RollUpList>('/roll-ups', { query, ...request });
  }

  getRollUpTrend(query: RollUpTrendOptions, request?: ScorecardsRequest) {
    return this.#json<RollUpTrend>('/roll-ups/trend', { query, ...request });
  }

  listCheckStandings(
    query: { scorecard: string },
    request?: ScorecardsRequest,
  ) {
    return this.#json<CheckStandingList>('/checks', { query, ...request });
  }

  whatIf(
    options: { scorecard: string; change: WhatIfChange },
    request?: ScorecardsRequest,
  ) {
    return this.#json<WhatIfResult>('/what-if', {
      method: 'POST',
      body: options,
      ...request,
    });
  }

  async export(
    query: GradeFilter & { scorecard: string; format: 'csv' | 'json' },
    request?: ScorecardsRequest,
  ) {
    const response = await this.#call('/export', { query, ...request });
    return response.blob();
  }

  listWaivers(query: ListWaiversOptions = {}, request?: ScorecardsRequest) {
    return this.#json<{ items: Waiver[] }>('/waivers', { query, ...request });
  }

  requestWaiver(body: WaiverRequest) {
    return this.#json<Waiver>('/waivers', { method: 'POST', body });
  }

  actOnWaiver(options: { id: string; act: WaiverAct; comment?: string }) {
    const { id, act, comment } = options;
    return this.#json<Waiver>(`/waivers/${encodeURIComponent(id)}/${act}`, {
      method: 'POST',
      body: { comment },
    });
  }

  listCampaigns(request?: ScorecardsRequest) {
    return this.#json<{ items: Campaign[]; mayManage: boolean }>('/campaigns', {
      ...request,
    });
  }

  getCampaign(id: string, request?: ScorecardsRequest) {
    return this.#json<CampaignDetail>(`/campaigns/${encodeURIComponent(id)}`, {
      ...request,
    });
  }

  createCampaign(body: CampaignRequest) {
    return this.#json<Campaign>('/campaigns', { method: 'POST', body });
  }

  endCampaign(id: string) {
    return this.#json<Campaign>(`/campaigns/${encodeURIComponent(id)}/end`, {
      method: 'POST',
      body: {},
    });
  }

  listBadges(query: { entityRef: string }, request?: ScorecardsRequest) {
    return this.#json<{ items: Badge[] }>('/badges', { query, ...request });
  }

  createBadge(body: { scorecard: string; entityRef: string }) {
    return this.#json<CreatedBadge>('/badges', { method: 'POST', body });
  }

  async revokeBadge(id: string) {
    await this.#call(`/badges/${encodeURIComponent(id)}`, {
      method: 'DELETE',
    });
  }

  async #json<T>(path: string, call: Call): Promise<T> {
    const response = await this.#call(path, call);
    return (await response.json()) as T;
  }

  #call(path: string, call: Call): Promise<Response> {
    const { method, query, body, signal } = call;
    return fetchFromBackend('scorecards', this.#options, {
      path,
      method,
      query,
      body,
      signal,
    });
  }
}
