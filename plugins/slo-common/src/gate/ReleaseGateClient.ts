import { getFromSlo, SloClientOptions } from '../api/getFromSlo';
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
    const response = await getFromSlo(this.#options, {
      path: '/gate',
      query: options,
      signal: request.signal,
    });
    return (await response.json()) as ReleaseGate;
  }
}
