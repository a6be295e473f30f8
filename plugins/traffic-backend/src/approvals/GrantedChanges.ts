import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import {
  InputError,
  NotAllowedError,
  NotFoundError,
  stringifyError,
} from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import { virtualServiceNameOf } from '@shopfloor/plugin-traffic-common';
import { TrafficConfig } from '../config';
import { TrafficStore } from '../database/TrafficStore';
import { judgeAccess } from '../service/judgeAccess';
import { PersonResolver } from '../service/PersonResolver';
import { ownerOf } from '../service/RouteAccessService';
import { RoutePreviewer } from '../service/RoutePreviewer';
import { RouteWriter } from '../service/RouteWriter';
import { movedOn } from './changeSubject';

/** A grant that could not be followed within this time is not followed any more: nobody expects the change then. */
export const GRANT_LIFETIME_MS = 15 * 60_000;

/** What {@link GrantedChanges} needs. */
export interface GrantedChangesOptions {
  auth: AuthService;
  catalog: CatalogService;
  config: TrafficConfig;
  environments: EnvironmentsService;
  logger: LoggerService;
  persons: PersonResolver;
  previewer: RoutePreviewer;
  store: TrafficStore;
  writer: RouteWriter;
  now: () => Date;
}

/**
 * Makes changes that were granted, in the name of the person who asked, who need not be there any more. What can be known
 * without that person's session is checked again: that the service and the person are in the catalog, the groups as they are
 * now, the rule of the environment, the state of the route, and, by Kubernetes itself, the right to change it.
 */
export class GrantedChanges {
  readonly #options: GrantedChangesOptions;

  constructor(options: GrantedChangesOptions) {
    this.#options = options;
  }

  /**
   * Makes a change that waits, at most once.
   *
   * @returns why it is not made; `undefined` when it was begun, and its row says what became of it
   * @throws when it cannot be told now; ask again
   */
  async goAhead(id: string, grantedAt: Date): Promise<string | undefined> {
    const { environments, store, writer, logger, now } = this.#options;
    const stored = await store.getChange(id);
    if (stored?.change.outcome !== 'waiting') {
      return undefined;
    }
    if (now().getTime() - grantedAt.getTime() > GRANT_LIFETIME_MS) {
      return `It was granted at ${grantedAt.toISOString()} and could not be made within 15 minutes; ask again`;
    }
    const { entityRef, virtualService: name, person } = stored.change;
    try {
      const environment = environments.get(stored.change.environment);
      const present = await this.#options.persons.resolveAbsent(person);
      await this.#requireRight(entityRef, name, environment.name, present);
      const plan = await this.#options.previewer.planAgain(
        { environment, name, person: present },
        stored,
      );
      if (!plan.fits) {
        return movedOn(name);
      }
      const watch = await writer.prepare(environment);
      const began = await store.begin(id, {
        at: now(),
        resourceVersionBefore: plan.live.metadata.resourceVersion ?? '',
        impersonated: present.impersonation,
      });
      const pending = began && (await store.getChange(id));
      if (pending) {
        // From here on the row says what became of it; one that stays pending is settled by the reconciler.
        await writer
          .write({ stored: pending, environment, plan, watch })
          .catch(error =>
            logger.warn(
              `The granted change ${id} was not made: ${stringifyError(error)}`,
            ),
          );
      }
      return undefined;
    } catch (error) {
      if (
        error instanceof NotAllowedError ||
        error instanceof NotFoundError ||
        error instanceof InputError
      ) {
        return error.message;
      }
      throw error;
    }
  }

  /** @throws NotFoundError, NotAllowedError with the reason */
  async #requireRight(
    entityRef: string,
    name: string,
    environment: string,
    person: { userEntityRef: string; ownershipEntityRefs: string[] },
  ): Promise<void> {
    const { auth, catalog, config } = this.#options;
    const entity = await catalog.getEntityByRef(entityRef, {
      credentials: await auth.getOwnServiceCredentials(),
    });
    if (!entity || virtualServiceNameOf(entity) !== name) {
      throw new NotFoundError(
        `${entityRef} does not name VirtualService '${name}' any more`,
      );
    }
    const { allowed, reason } = judgeAccess({
      // Asked of the portal's policy when the change was asked for; Kubernetes has the last word below.
      permitted: true,
      entityRef,
      environment,
      rule: config.environments.get(environment),
      ownershipEntityRefs: person.ownershipEntityRefs,
      owner: ownerOf(entity),
    });
    if (!allowed) {
      throw new NotAllowedError(
        `${person.userEntityRef} may not change it any more: ${reason}`,
      );
    }
  }
}
