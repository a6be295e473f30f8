import { ResponseError } from '@backstage/errors';
import { SloWhatIf } from './analysis';
import { SloAnalysisApi } from './SloAnalysisApi';
import { SloClientOptions } from './SloClient';
import { HistoryRange } from './types';

/** {@link SloAnalysisApi} over HTTP. An answer that is not a success throws a ResponseError. */
export class SloAnalysisClient implements SloAnalysisApi {
  readonly #discoveryApi: SloClientOptions['discoveryApi'];
  readonly #fetchApi: SloClientOptions['fetchApi'];

  constructor(options: SloClientOptions) {
    this.#discoveryApi = options.discoveryApi;
    this.#fetchApi = options.fetchApi;
  }

  whatIf(
    options: {
      id: string;
      target: number;
      range: HistoryRange;
      objective?: number;
    },
    request: { signal?: AbortSignal } = {},
  ): Promise<SloWhatIf> {
    const { id, ...query } = options;
    return this.#json(
      `/slos/${encodeURIComponent(id)}/what-if`,
      query,
      request.signal,
    );
  }

  async #json<T>(path: string, query: object, signal?: AbortSignal) {
    return (await (await this.#get(path, query, signal)).json()) as T;
  }

  async #get(path: string, query: object, signal?: AbortSignal) {
    const parameters = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) {
        parameters.set(key, String(value));
      }
    }
    const baseUrl = await this.#discoveryApi.getBaseUrl('slo');
    const search = parameters.toString();
    const response = await this.#fetchApi.fetch(
      `${baseUrl}${path}${search && `?${search}`}`,
      { signal },
    );
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return response;
  }
}
