import {
  BackstageCredentials,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import { ResourcePermission } from '@backstage/plugin-permission-common';
import { ResultStore } from '../store/ResultStore';
import { Pipelines } from './Pipelines';
import { ResultAccess } from './ResultAccess';

/** A person, or a pipeline. */
export type ActorCredentials = BackstageCredentials<
  BackstageUserPrincipal | BackstageServicePrincipal
>;

/** Lets people and pipelines do something with entities, or refuses. */
export class EntityGate {
  readonly #options: {
    access: ResultAccess;
    results: ResultStore;
    pipelines: Pipelines;
  };

  constructor(options: {
    access: ResultAccess;
    results: ResultStore;
    pipelines: Pipelines;
  }) {
    this.#options = options;
  }

  /**
   * First what may be seen, so that a refusal does not say that something is there.
   *
   * @throws NotFoundError when a person may not see one of the entities, or it has no checks; NotAllowedError
   */
  async require(
    permission: ResourcePermission<'catalog-entity'>,
    options: { entityRefs: string[]; act: (entities: string) => string },
    credentials: ActorCredentials,
  ): Promise<void> {
    const { access, pipelines } = this.#options;
    const { principal } = credentials;
    if (principal.type === 'service') {
      pipelines.require(principal, options.entityRefs);
    } else {
      await this.requireVisible(options.entityRefs, credentials);
    }
    await access.requireOn(permission, options, credentials);
  }

  /** @throws NotFoundError when one of the entities has no checks, or none that may be seen */
  async requireVisible(
    entityRefs: string[],
    credentials: BackstageCredentials,
  ): Promise<void> {
    const { access, results } = this.#options;
    const criteria = await access.readable(credentials);
    for (const entityRef of entityRefs) {
      if (!(await results.isVisible(entityRef, criteria))) {
        throw noChecks(entityRef);
      }
    }
  }
}

/** Who acts, as it is written down. */
export function nameOf({ principal }: ActorCredentials): string {
  return principal.type === 'user'
    ? principal.userEntityRef
    : principal.subject;
}

/** What is said of an entity that has no checks, or none that may be seen. */
export function noChecks(entityRef: string): NotFoundError {
  return new NotFoundError(`There are no checks of ${entityRef}`);
}
