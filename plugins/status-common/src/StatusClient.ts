import {
  BackendClientOptions,
  callBackend,
} from '@shopfloor/plugin-requests-common';
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
  readonly #options: BackendClientOptions;

  constructor(options: BackendClientOptions) {
    this.#options = options;
  }

  getSystems(options?: { signal?: AbortSignal }): Promise<SystemsResponse> {
    return callBackend('status', this.#options, {
      path: '/systems',
      signal: options?.signal,
    });
  }
}
