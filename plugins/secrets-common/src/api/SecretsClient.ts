import { parseEntityRef } from '@backstage/catalog-model';
import {
  BackendCall,
  BackendClientOptions,
  callBackend,
} from '@shopfloor/plugin-requests-common';
import { Grant, GrantRequest, Preview } from '../grant/types';
import { BlastRadius } from './blastRadius';
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
export type SecretsClientOptions = BackendClientOptions;

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
    return this.#call<Preview>({
      path: '/previews',
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

  getBlastRadius(id: string, options?: SecretsRequestOptions) {
    return this.#get<BlastRadius>(
      `/grants/${encodeURIComponent(id)}/blast-radius`,
      {},
      options,
    );
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
    return this.#call<T>({
      path,
      body,
      headers: { 'idempotency-key': idempotencyKey },
    });
  }

  #get<T>(path: string, query: object, options: SecretsRequestOptions = {}) {
    return this.#call<T>({ path, query, ...options });
  }

  #call<T>(call: BackendCall) {
    return callBackend<T>('secrets', this.#options, call);
  }
}
