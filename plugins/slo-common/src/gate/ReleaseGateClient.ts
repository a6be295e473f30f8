import { ResponseError } from '@backstage/errors';
import { SloClientOptions } from '../api/SloClient';
import { ReleaseGate } from './types';

/** Asks whether a service may be released now. */
export interface ReleaseGateApi {
  /**
   * The decision and why. A NotFoundError when the entity does not exist or may not be seen.
   *
   * @param options - `entity` is an entity ref
   */
  gate(
    options: { entity: string; environment: string },
    request?: { signal?: AbortSignal },
  ): Promise<ReleaseGate>;
}

/** {@link ReleaseGateApi} over HTTP. An answer that is not a success throws a ResponseError. */
export class ReleaseGateClient implements ReleaseGateApi {
  readonly #options: SloClientOptions;

  constructor(options: SloClientOptions) {
    this.#options = options;
  }

  async gate(
    options: { entity: string; environment: string },
    request: { signal?: AbortSignal } = {},
  ): Promise<ReleaseGate> {
    const { discoveryApi, fetchApi } = this.#options;
    const baseUrl = await discoveryApi.getBaseUrl('slo');
    const response = await fetchApi.fetch(
      `${baseUrl}/gate?${new URLSearchParams(options)}`,
      { signal: request.signal },
    );
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return (await response.json()) as ReleaseGate;
  }
}
