import {
  BackendClientOptions,
  callBackend,
} from '@shopfloor/plugin-requests-common';
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
export type ChecksClientOptions = BackendClientOptions;

/** {@link ChecksApi} over HTTP. An answer that is not a success throws a ResponseError. */
export class ChecksClient implements ChecksApi {
  readonly #options: ChecksClientOptions;

  constructor(options: ChecksClientOptions) {
    this.#options = options;
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

  #call<T>(
    path: string,
    query: object,
    { signal }: ChecksRequest,
    body?: unknown,
  ): Promise<T> {
    return callBackend('checks', this.#options, { path, query, body, signal });
  }
}
