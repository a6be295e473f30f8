import { parseEntityRef } from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
import { Grant, GrantRequest, Preview } from '../grant/types';
import {
  SecretsActOptions,
  SecretsApi,
  SecretsRequestOptions,
} from './SecretsApi';
import {
  AskInput,
  EntitySecrets,
  GrantList,
  ListGrantsOptions,
  ListRotationsOptions,
  OpenReviewInput,
  RenewInput,
  ReviewCampaign,
  ReviewDecisionInput,
  ReviewList,
  RotationList,
  RotationTask,
  SecretsEnvironment,
} from './types';

/** What the client needs from its surroundings. */
export interface SecretsClientOptions {
  discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  /** Adds the caller's token. */
  fetchApi: { fetch: typeof fetch };
}

/** {@link SecretsApi} over HTTP. */
export class SecretsClient implements SecretsApi {
  readonly #options: SecretsClientOptions;

  constructor(options: SecretsClientOptions) {
    this.#options = options;
  }

  async listEnvironments(options?: SecretsRequestOptions) {
    const { items } = await this.#get<{ items: SecretsEnvironment[] }>(
      '/environments',
      {},
      options,
    );
    return items;
  }

  getEntitySecrets(
    target: { entityRef: string; environment: string },
    options?: SecretsRequestOptions,
  ) {
    const { kind, namespace, name } = parseEntityRef(target.entityRef);
    const path = [kind, namespace, name]
      .map(part => encodeURIComponent(part.toLocaleLowerCase('en-US')))
      .join('/');
    return this.#get<EntitySecrets>(
      `/entities/${path}/secrets`,
      { environment: target.environment },
      options,
    );
  }

  preview(request: GrantRequest, options?: SecretsRequestOptions) {
    return this.#call<Preview>('/previews', {
      body: request,
      signal: options?.signal,
    });
  }

  ask(input: AskInput, options: SecretsActOptions) {
    return this.#act<Grant>('/grants', input, options);
  }

  listGrants(filter: ListGrantsOptions = {}, options?: SecretsRequestOptions) {
    return this.#get<GrantList>('/grants', filter, options);
  }

  getGrant(id: string, options?: SecretsRequestOptions) {
    return this.#get<Grant>(`/grants/${encodeURIComponent(id)}`, {}, options);
  }

  withdraw(input: { id: string }, options: SecretsActOptions) {
    return this.#actOnGrant('withdraw', input, options);
  }

  renew(input: RenewInput, options: SecretsActOptions) {
    return this.#actOnGrant('renew', input, options);
  }

  revoke(input: { id: string; reason: string }, options: SecretsActOptions) {
    return this.#actOnGrant('revoke', input, options);
  }

  prove(input: { id: string }, options: SecretsActOptions) {
    return this.#actOnGrant('prove', input, options);
  }

  repair(input: { id: string }, options: SecretsActOptions) {
    return this.#actOnGrant('repair', input, options);
  }

  accept(input: { id: string }, options: SecretsActOptions) {
    return this.#actOnGrant('accept', input, options);
  }

  retry(input: { id: string }, options: SecretsActOptions) {
    return this.#actOnGrant('retry', input, options);
  }

  listRotations(
    filter: ListRotationsOptions = {},
    options?: SecretsRequestOptions,
  ) {
    return this.#get<RotationList>('/rotations', filter, options);
  }

  finishRotation(
    { id, ...body }: { id: string; comment?: string },
    options: SecretsActOptions,
  ) {
    return this.#act<RotationTask>(
      `/rotations/${encodeURIComponent(id)}/done`,
      body,
      options,
    );
  }

  listReviews(options?: SecretsRequestOptions) {
    return this.#get<ReviewList>('/reviews', {}, options);
  }

  getReview(id: string, options?: SecretsRequestOptions) {
    return this.#get<ReviewCampaign>(
      `/reviews/${encodeURIComponent(id)}`,
      {},
      options,
    );
  }

  openReview(input: OpenReviewInput, options: SecretsActOptions) {
    return this.#act<ReviewCampaign>('/reviews', input, options);
  }

  decideReview(
    { id, ...body }: ReviewDecisionInput,
    options: SecretsActOptions,
  ) {
    return this.#act<ReviewCampaign>(
      `/reviews/${encodeURIComponent(id)}/decisions`,
      body,
      options,
    );
  }

  #actOnGrant(
    act: string,
    { id, ...body }: { id: string },
    options: SecretsActOptions,
  ) {
    return this.#act<Grant>(
      `/grants/${encodeURIComponent(id)}/${act}`,
      body,
      options,
    );
  }

  #act<T>(path: string, body: object, { idempotencyKey }: SecretsActOptions) {
    return this.#call<T>(path, { body, idempotencyKey });
  }

  #get<T>(path: string, query: object, options: SecretsRequestOptions = {}) {
    const parameters = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (one !== undefined) {
          parameters.append(key, String(one));
        }
      }
    }
    const search = parameters.toString();
    return this.#call<T>(`${path}${search && `?${search}`}`, options);
  }

  async #call<T>(
    path: string,
    call: { body?: object; idempotencyKey?: string; signal?: AbortSignal },
  ): Promise<T> {
    const { body, idempotencyKey, signal } = call;
    const baseUrl = await this.#options.discoveryApi.getBaseUrl('secrets');
    const response = await this.#options.fetchApi.fetch(`${baseUrl}${path}`, {
      signal,
      ...(body && {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
        },
        body: JSON.stringify(body),
      }),
    });
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return (await response.json()) as T;
  }
}
