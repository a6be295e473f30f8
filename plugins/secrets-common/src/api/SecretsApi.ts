import { Grant, GrantRequest, Preview } from '../grant/types';
import { BlastRadius } from './blastRadius';
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

/** How one read is made. */
export interface SecretsRequestOptions {
  signal?: AbortSignal;
}

/** How one act is made. */
export interface SecretsActOptions {
  /** The same key is the same act, however often it is sent; 8 to 128 printable characters. */
  idempotencyKey: string;
}

/**
 * Asks for access to secrets and follows it, as the signed-in person. No value of a secret is ever taken or answered. Grants that
 * the person may not see leave no trace, in counts neither. What is refused throws a ResponseError with the words in
 * `body.error.message`, and where the state machine refused with its code in `body.error.code`.
 */
export interface SecretsApi {
  listEnvironments(
    options?: SecretsRequestOptions,
  ): Promise<SecretsEnvironment[]>;
  getEntitySecrets(
    target: { entityRef: string; environment: string },
    options?: SecretsRequestOptions,
  ): Promise<EntitySecrets>;
  /** What asking would mean; nothing is written. */
  preview(
    request: GrantRequest,
    options?: SecretsRequestOptions,
  ): Promise<Preview>;
  ask(input: AskInput, options: SecretsActOptions): Promise<Grant>;
  listGrants(
    filter?: ListGrantsOptions,
    options?: SecretsRequestOptions,
  ): Promise<GrantList>;
  getGrant(id: string, options?: SecretsRequestOptions): Promise<Grant>;
  /** What is near the services of a grant in the catalog now, as the reader may see it. */
  getBlastRadius(
    id: string,
    options?: SecretsRequestOptions,
  ): Promise<BlastRadius>;
  withdraw(input: { id: string }, options: SecretsActOptions): Promise<Grant>;
  /** Asks for more time; it is decided about. */
  renew(input: RenewInput, options: SecretsActOptions): Promise<Grant>;
  /** Ends it at once. */
  revoke(
    input: { id: string; reason: string },
    options: SecretsActOptions,
  ): Promise<Grant>;
  /** Has it proven again. */
  prove(input: { id: string }, options: SecretsActOptions): Promise<Grant>;
  /** Puts back what was changed by hand. */
  repair(input: { id: string }, options: SecretsActOptions): Promise<Grant>;
  /** Takes it that what was removed by hand stays removed: the grant ends. */
  accept(input: { id: string }, options: SecretsActOptions): Promise<Grant>;
  /** Applies again what failed. */
  retry(input: { id: string }, options: SecretsActOptions): Promise<Grant>;
  listRotations(
    filter?: ListRotationsOptions,
    options?: SecretsRequestOptions,
  ): Promise<RotationList>;
  finishRotation(
    input: { id: string; comment?: string },
    options: SecretsActOptions,
  ): Promise<RotationTask>;
  listReviews(options?: SecretsRequestOptions): Promise<ReviewList>;
  getReview(
    id: string,
    options?: SecretsRequestOptions,
  ): Promise<ReviewCampaign>;
  openReview(
    input: OpenReviewInput,
    options: SecretsActOptions,
  ): Promise<ReviewCampaign>;
  decideReview(
    input: ReviewDecisionInput,
    options: SecretsActOptions,
  ): Promise<ReviewCampaign>;
}
