import { ResponseError } from '@backstage/errors';
import { SloApi } from './SloApi';
import {
  HistoryRange,
  ListSlosOptions,
  SloDetail,
  SloHistory,
  SloList,
} from './types';

/** What {@link SloClient} needs from its surroundings. */
export interface SloClientOptions {
  discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  /** Adds the person's token. */
  fetchApi: { fetch: typeof fetch };
}

/** {@link SloApi} over HTTP. An answer that is not a success throws a ResponseError. */
export class SloClient implements SloApi {
  readonly #discoveryApi: SloClientOptions['discoveryApi'];
  readonly #fetchApi: SloClientOptions['fetchApi'];

  constructor(options: SloClientOptions) {
    this.#discoveryApi = options.discoveryApi;
    this.#fetchApi = options.fetchApi;
  }

  list(
    options: ListSlosOptions = {},
    request: { signal?: AbortSignal } = {},
  ): Promise<SloList> {
    return this.#read('/slos', options, request.signal);
  }

  get(id: string, request: { signal?: AbortSignal } = {}): Promise<SloDetail> {
    return this.#read(`/slos/${encodeURIComponent(id)}`, {}, request.signal);
  }

  history(
    options: { id: string; range: HistoryRange; objective?: number },
    request: { signal?: AbortSignal } = {},
  ): Promise<SloHistory> {
    const { id, ...query } = options;
    return this.#read(
      `/slos/${encodeURIComponent(id)}/history`,
      query,
      request.signal,
    );
  }

  async #read<T>(path: string, query: object, signal?: AbortSignal) {
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
    return (await response.json()) as T;
  }
}
