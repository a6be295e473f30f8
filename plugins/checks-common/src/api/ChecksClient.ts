import { ResponseError } from '@backstage/errors';
import { ChecksApi, ChecksRequest } from './ChecksApi';
import {
  CheckChanges,
  CheckDefinitionList,
  CheckHistory,
  CheckResultDetail,
  CheckResultList,
  CheckRun,
  CheckTest,
  CollectorStatus,
  ListResultsOptions,
} from './types';

/** What {@link ChecksClient} needs from its surroundings. */
export interface ChecksClientOptions {
  discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  /** Adds the caller's token. */
  fetchApi: { fetch: typeof fetch };
}

/** {@link ChecksApi} over HTTP. An answer that is not a success throws a ResponseError. */
export class ChecksClient implements ChecksApi {
  readonly #discoveryApi: ChecksClientOptions['discoveryApi'];
  readonly #fetchApi: ChecksClientOptions['fetchApi'];

  constructor(options: ChecksClientOptions) {
    this.#discoveryApi = options.discoveryApi;
    this.#fetchApi = options.fetchApi;
  }

  listDefinitions(request: ChecksRequest = {}): Promise<CheckDefinitionList> {
    return this.#call('/definitions', {}, request);
  }

  listCollectors(
    request: ChecksRequest = {},
  ): Promise<{ items: CollectorStatus[] }> {
    return this.#call('/collectors', {}, request);
  }

  listResults(
    options: ListResultsOptions = {},
    request: ChecksRequest = {},
  ): Promise<CheckResultList> {
    return this.#call('/results', options, request);
  }

  listChanges(
    options: { since?: string } = {},
    request: ChecksRequest = {},
  ): Promise<CheckChanges> {
    return this.#call('/changes', options, request);
  }

  getResult(
    options: { entityRef: string; check: string },
    request: ChecksRequest = {},
  ): Promise<CheckResultDetail> {
    return this.#call('/result', options, request);
  }

  history(
    options: { entityRef: string; check: string; limit?: number },
    request: ChecksRequest = {},
  ): Promise<CheckHistory> {
    return this.#call('/result/history', options, request);
  }

  test(
    options: { entityRef: string; definition: string },
    request: ChecksRequest = {},
  ): Promise<CheckTest> {
    return this.#call('/test', {}, request, options);
  }

  createRun(
    options: { entityRefs: string[] },
    request: ChecksRequest = {},
  ): Promise<CheckRun> {
    return this.#call('/runs', {}, request, options);
  }

  getRun(id: string, request: ChecksRequest = {}): Promise<CheckRun> {
    return this.#call(`/runs/${encodeURIComponent(id)}`, {}, request);
  }

  async #call<T>(
    path: string,
    query: object,
    request: ChecksRequest,
    body?: unknown,
  ): Promise<T> {
    const parameters = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      for (const item of [value].flat()) {
        if (item !== undefined) {
          parameters.append(key, String(item));
        }
      }
    }
    const baseUrl = await this.#discoveryApi.getBaseUrl('checks');
    const search = parameters.toString();
    const response = await this.#fetchApi.fetch(
      `${baseUrl}${path}${search && `?${search}`}`,
      {
        signal: request.signal,
        ...(body !== undefined && {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      },
    );
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return (await response.json()) as T;
  }
}
