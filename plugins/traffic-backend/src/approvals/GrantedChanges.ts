import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import {
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
  stringifyError,
} from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import {
  gateWorsened,
  virtualServiceNameOf,
} from '@shopfloor/plugin-traffic-common';
import { TrafficConfig } from '../config';
import { Asker, StoredChange, TrafficStore } from '../database/TrafficStore';
import { gateWords } from '../gate/gateWords';
import { StepGate } from '../gate/StepGate';
import { judgeAccess } from '../service/judgeAccess';
import { Person, PersonResolver } from '../service/PersonResolver';
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
  gate: StepGate;
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
 * now, the rule of the environment, the state of the route, the release gate, and, by Kubernetes itself, the right to change it.
 */
export class GrantedChanges {
  readonly #options: GrantedChangesOptions;

  constructor(options: GrantedChangesOptions) {
    this.#options = options;
  }

  /**
   * Makes a change that waits, at most once.
   *
   * @param grant - a glass is broken because nothing else may wait: the release gate is not asked again then
   * @returns why it is not made; `undefined` when it was begun, and its row says what became of it
   * @throws when it cannot be told now; ask again
   */
  async goAhead(
    id: string,
    grant: { grantedAt: Date; glassBroken: boolean },
  ): Promise<string | undefined> {
    const { grantedAt, glassBroken } = grant;
    const { environments, store, writer, logger, now } = this.#options;
    const stored = await store.getChange(id);
    if (stored?.change.outcome !== 'waiting') {
      return undefined;
    }
    if (now().getTime() - grantedAt.getTime() > GRANT_LIFETIME_MS) {
      return `It was granted at ${grantedAt.toISOString()} and could not be made within 15 minutes; ask again`;
    }
    const { virtualService: name, person } = stored.change;
    try {
      const environment = environments.get(stored.change.environment);
      const present = await this.#options.persons.resolveAbsent(person);
      await this.#requireRight(stored, present);
      const plan = await this.#options.previewer.planAgain(
        { environment, name, person: present },
        stored,
      );
      if (!plan.fits) {
        return movedOn(name);
      }
      const keptBack = glassBroken ? undefined : await this.#keptBack(stored);
      if (keptBack) {
        return keptBack;
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

  /**
   * Why the release gate keeps the change back: it says worse than those knew who granted it.
   *
   * @throws ServiceUnavailableError when the gate does not answer, and did when the change was asked for
   */
  async #keptBack({ change }: StoredChange): Promise<string | undefined> {
    const { auth, gate } = this.#options;
    const { entityRef, environment, approval } = change;
    const known = approval?.gate;
    const now = await gate.consult(
      // A request of before there was a step in it is about one that goes forward.
      { entityRef, environment, step: approval?.step ?? 1 },
      await auth.getOwnServiceCredentials(),
    );
    if (!now || now.effect === 'pass' || now.effect === 'tell') {
      return undefined;
    }
    if (now.effect === 'ask' && !gateWorsened(known, now)) {
      return undefined;
    }
    const { en } = gateWords(now, entityRef);
    if (now.unavailable !== undefined) {
      throw new ServiceUnavailableError(en);
    }
    return `${en} Those who decided did not know that; ask again`;
  }

  /** @throws NotFoundError, NotAllowedError with the reason */
  async #requireRight(stored: StoredChange, person: Person): Promise<void> {
    const { auth, catalog, config } = this.#options;
    const { entityRef, virtualService, environment } = stored.change;
    const entity = await catalog.getEntityByRef(entityRef, {
      credentials: await auth.getOwnServiceCredentials(),
    });
    if (!entity || virtualServiceNameOf(entity) !== virtualService) {
      throw new NotFoundError(
        `${entityRef} does not name VirtualService '${virtualService}' any more`,
      );
    }
    const owner = ownerOf(entity);
    const lost = lostRight(stored.asker, person, owner);
    const { allowed, reason } = judgeAccess({
      permitted: lost === undefined,
      entityRef,
      environment,
      rule: config.environments.get(environment),
      ownershipEntityRefs: person.ownershipEntityRefs,
      owner,
    });
    if (!allowed) {
      throw new NotAllowedError(
        `${person.userEntityRef} may not change it any more: ${lost ?? reason}`,
      );
    }
  }
}

/**
 * Why the portal's permission is not what it was when the change was asked for. The policy decides by who somebody is and, for
 * owners, whose the entity is, and more groups never take away a grant; so with all groups of then, and the same owner, the
 * decision is the same. There is no session of the person to ask it with.
 */
function lostRight(
  asker: Asker | undefined,
  person: Person,
  owner: string | undefined,
): string | undefined {
  const lower = (ref: string) => ref.toLocaleLowerCase('en-US');
  const now = new Set(person.ownershipEntityRefs.map(lower));
  const lost = (asker?.claims ?? []).find(claim => !now.has(lower(claim)));
  if (!asker || lost) {
    return lost
      ? `not in ${lost} any more`
      : 'it is not known by which right it was asked for';
  }
  return asker.owner === owner
    ? undefined
    : `the service belongs to ${owner ?? 'nobody'} now`;
}
