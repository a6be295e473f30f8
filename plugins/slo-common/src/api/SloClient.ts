import { getFromSlo, SloClientOptions } from './getFromSlo';
import { RangeQuery } from './SloAnalysisApi';
import { SloApi } from './SloApi';
import { ListSlosOptions, SloDetail, SloHistory, SloList } from './types';

/** {@link SloApi} over HTTP. An answer that is not a success throws a ResponseError. */
export class SloClient implements SloApi {
  readonly #options: SloClientOptions;

  constructor(options: SloClientOptions) {
    this.#options = options;
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
    options: RangeQuery,
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
    const response = await getFromSlo(this.#options, { path, query, signal });
    return (await response.json()) as T;
  }
}
