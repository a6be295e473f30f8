import { ResponseError } from '@backstage/errors';
import { SystemsResponse } from './types';

/**
 * Asks the status backend.
 *
 * @public
 */
export interface StatusApi {
  /**
   * The systems that the portal depends on.
   *
   * @throws ResponseError, for example with NotAllowedError as its cause
   */
  getSystems(options?: { signal?: AbortSignal }): Promise<SystemsResponse>;
}

/**
 * Speaks HTTP to the status backend; works in the browser and in Node.
 *
 * @public
 */
export class StatusClient implements StatusApi {
  readonly #discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  readonly #fetchApi: { fetch: typeof fetch };

  constructor(options: {
    discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
    fetchApi: { fetch: typeof fetch };
  }) {
    this.#discoveryApi = options.discoveryApi;
    this.#fetchApi = options.fetchApi;
  }

  async getSystems(options?: {
    signal?: AbortSignal;
  }): Promise<SystemsResponse> {
    const baseUrl = await this.#discoveryApi.getBaseUrl('status');
    const response = await this.#fetchApi.fetch(`${baseUrl}/systems`, {
      signal: options?.signal,
    });
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return response.json();
  }
}
