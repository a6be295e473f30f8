import {
  SloEvents,
  SloRed,
  SloReport,
  SloRollUpList,
  SloWhatIf,
} from './analysis';
import {
  RangeQuery,
  ReportQuery,
  RollUpQuery,
  SloAnalysisApi,
  SloRequestOptions,
  WhatIfQuery,
} from './SloAnalysisApi';
import { getFromSlo, SloClientOptions } from './getFromSlo';

/** {@link SloAnalysisApi} over HTTP. An answer that is not a success throws a ResponseError. */
export class SloAnalysisClient implements SloAnalysisApi {
  readonly #options: SloClientOptions;

  constructor(options: SloClientOptions) {
    this.#options = options;
  }

  whatIf(query: WhatIfQuery, request?: SloRequestOptions) {
    return this.#ofSlo<SloWhatIf>('what-if', query, request);
  }

  red(query: RangeQuery, request?: SloRequestOptions) {
    return this.#ofSlo<SloRed>('red', query, request);
  }

  events(query: RangeQuery, request?: SloRequestOptions) {
    return this.#ofSlo<SloEvents>('events', query, request);
  }

  rollUps(query: RollUpQuery, request: SloRequestOptions = {}) {
    return this.#json<SloRollUpList>('/roll-ups', query, request.signal);
  }

  report(query: ReportQuery, request: SloRequestOptions = {}) {
    return this.#json<SloReport>('/report', query, request.signal);
  }

  async export(
    of: { id: string } | { entity: string },
    request: SloRequestOptions = {},
  ): Promise<Blob> {
    const response =
      'id' in of
        ? await this.#get(
            `/slos/${encodeURIComponent(of.id)}/export`,
            {},
            request.signal,
          )
        : await this.#get('/export', of, request.signal);
    return response.blob();
  }

  #ofSlo<T>(
    what: string,
    { id, ...query }: { id: string },
    request: SloRequestOptions = {},
  ): Promise<T> {
    return this.#json(
      `/slos/${encodeURIComponent(id)}/${what}`,
      query,
      request.signal,
    );
  }

  async #json<T>(path: string, query: object, signal?: AbortSignal) {
    return (await (await this.#get(path, query, signal)).json()) as T;
  }

  #get(path: string, query: object, signal?: AbortSignal) {
    return getFromSlo(this.#options, { path, query, signal });
  }
}
