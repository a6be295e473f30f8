import {
  BackstageCredentials,
  BackstageUserPrincipal,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { Environment } from '@shopfloor/plugin-environments-common';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import {
  RouteAccess,
  RouteRefusal,
  trafficRouteReadPermission,
  trafficRouteUpdatePermission,
  virtualServiceNameOf,
} from '@shopfloor/plugin-traffic-common';
import { TrafficConfig } from '../config';
import { judgeAccess } from './judgeAccess';
import { Person, PersonResolver } from './PersonResolver';

export type UserCredentials = BackstageCredentials<BackstageUserPrincipal>;

/** A service in an environment, as a person may act on it. */
export interface RouteTarget {
  environment: Environment;
  entity: Entity;
  entityRef: string;
  /** Name of the VirtualService. */
  name: string;
  person: Person;
  credentials: UserCredentials;
}

export interface RouteAccessServiceOptions {
  permissions: PermissionsService;
  catalog: CatalogService;
  environments: EnvironmentsService;
  persons: PersonResolver;
  config: TrafficConfig;
}

/** Decides who may see and change which route. */
export class RouteAccessService {
  readonly #options: RouteAccessServiceOptions;

  constructor(options: RouteAccessServiceOptions) {
    this.#options = options;
  }

  /**
   * Resolves what is named to what the person may see.
   *
   * @throws NotFoundError for what does not exist or is hidden, NotAllowedError without `traffic.route.read`
   */
  async openTarget(options: {
    environmentName: string;
    entityRef: string;
    credentials: UserCredentials;
  }): Promise<RouteTarget> {
    const { environmentName, credentials } = options;
    const environment = this.#options.environments.get(environmentName);
    const entity = await this.#options.catalog.getEntityByRef(
      options.entityRef,
      { credentials },
    );
    if (!entity) {
      throw new NotFoundError(`No entity '${options.entityRef}'`);
    }
    const entityRef = stringifyEntityRef(entity);
    const name = virtualServiceNameOf(entity);
    if (name === undefined) {
      throw new NotFoundError(
        `${entityRef} names no VirtualService; annotate it with backstage.io/kubernetes-id`,
      );
    }
    const [[decision], person] = await Promise.all([
      this.#options.permissions.authorize(
        [{ permission: trafficRouteReadPermission, resourceRef: entityRef }],
        { credentials },
      ),
      this.#options.persons.resolve(credentials),
    ]);
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError(
        `You may not see the traffic of ${entityRef}; this needs the permission traffic.route.read`,
      );
    }
    return { environment, entity, entityRef, name, person, credentials };
  }

  /** Whether the person may change the route; the permission first, then the rules of the environment and of the route. */
  async accessTo(
    target: RouteTarget,
    refusal?: RouteRefusal,
  ): Promise<RouteAccess> {
    const { entity, entityRef, environment, person, credentials } = target;
    const [decision] = await this.#options.permissions.authorize(
      [{ permission: trafficRouteUpdatePermission, resourceRef: entityRef }],
      { credentials },
    );
    return judgeAccess({
      permitted: decision.result === AuthorizeResult.ALLOW,
      entityRef,
      environment: environment.name,
      rule: this.#options.config.environments.get(environment.name),
      ownershipEntityRefs: person.ownershipEntityRefs,
      owner: ownerOf(entity),
      refusal,
    });
  }

  /** @throws NotAllowedError with the reason and whom to ask */
  async requireChange(target: RouteTarget): Promise<void> {
    const { allowed, reason, ask } = await this.accessTo(target);
    if (!allowed) {
      throw new NotAllowedError(
        ask.length > 0 ? `${reason}. Ask ${ask.join(' or ')}` : `${reason}`,
      );
    }
  }
}

export function ownerOf(entity: Entity): string | undefined {
  return entity.relations?.find(({ type }) => type === 'ownedBy')?.targetRef;
}
