import {
  AuthService,
  BackstageCredentials,
  BackstageUserPrincipal,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { Entity, getCompoundEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { Actor, delegationCovers } from '@shopfloor/plugin-approvals-common';
import { DelegationStore } from '../store/DelegationStore';
import { lower } from './refs';

/** Who asks: a person. */
export type UserCredentials = BackstageCredentials<BackstageUserPrincipal>;

/** Somebody in whose place the reader may act, and for which types of subjects; all, when absent. */
export interface DelegatedClaims {
  principal: string;
  claims: string[];
  delegationId: string;
  types?: string[];
}

/** A person with all that this person may act by. */
export interface Person {
  /** Entity ref, lower case. */
  ref: string;
  /** Entity refs of the person and the groups, lower case. */
  claims: string[];
  delegated: DelegatedClaims[];
}

/** What {@link PersonDirectory} needs. */
export interface PersonDirectoryOptions {
  auth: AuthService;
  catalog: CatalogService;
  delegations: DelegationStore;
  userInfo: UserInfoService;
  now: () => Date;
}

const LIFETIME_MS = 30_000;
const MAX_CACHED = 1_000;

/** Says who somebody is: the groups of who is signed in, and by the catalog those of the people in whose place one acts. */
export class PersonDirectory {
  readonly #options: PersonDirectoryOptions;
  readonly #claims = new Map<string, { claims: string[]; untilMs: number }>();

  constructor(options: PersonDirectoryOptions) {
    this.#options = options;
  }

  /** Who is signed in. */
  async resolve(credentials: UserCredentials): Promise<Person> {
    const { delegations, userInfo, now } = this.#options;
    const info = await userInfo.getUserInfo(credentials);
    const ref = lower(info.userEntityRef);
    const inForce = await delegations.inForce(now(), [ref]);
    return {
      ref,
      claims: info.ownershipEntityRefs.map(lower),
      delegated: await Promise.all(
        inForce.map(async ({ id, from, types }) => ({
          principal: from,
          claims: await this.claimsOf(from),
          delegationId: id,
          ...(types && { types }),
        })),
      ),
    };
  }

  /** A person as the state machine takes one, for a type of subject. */
  actorFor(person: Person, type: string): Actor {
    return {
      ref: person.ref,
      claims: person.claims,
      delegators: person.delegated
        .filter(({ types }) => !types || types.includes(type))
        .map(({ principal, claims, delegationId }) => ({
          principal,
          claims,
          delegationId,
        })),
    };
  }

  /** Entity refs of the delegates of those who are named by refs, for a type of subject; of any type, when absent. */
  async delegatesOf(refs: string[], type?: string): Promise<string[]> {
    const { delegations, now } = this.#options;
    const inForce = await delegations.inForce(now());
    const named = await Promise.all(
      inForce
        .filter(
          delegation =>
            type === undefined ||
            delegationCovers(delegation, { type, now: now().toISOString() }),
        )
        .map(async ({ from, to }) =>
          (await this.claimsOf(from)).some(claim => refs.includes(claim))
            ? [to]
            : [],
        ),
    );
    return [...new Set(named.flat())];
  }

  /** What a person may claim, by the catalog: as old as 30 s. Somebody whom the catalog does not know may claim nothing. */
  async claimsOf(ref: string): Promise<string[]> {
    const known = this.#claims.get(ref);
    if (known && known.untilMs > Date.now()) {
      return known.claims;
    }
    const entity = await this.#find(ref);
    const claims = entity
      ? [ref, ...related(entity, 'memberOf').map(lower)]
      : [];
    if (this.#claims.size >= MAX_CACHED) {
      this.#claims.clear();
    }
    this.#claims.set(ref, { claims, untilMs: Date.now() + LIFETIME_MS });
    return claims;
  }

  /**
   * Entity refs of the owners of an entity, lower case.
   *
   * @throws InputError when the catalog has no such entity
   */
  async ownersOf(entityRef: string): Promise<string[]> {
    const entity = await this.#find(entityRef);
    if (!entity) {
      throw new InputError(`entityRef: the catalog has no ${entityRef}`);
    }
    return related(entity, 'ownedBy').map(lower);
  }

  /** Whether the catalog knows a person. */
  async isPerson(ref: string): Promise<boolean> {
    const entity = await this.#find(ref);
    return (
      entity !== undefined &&
      lower(getCompoundEntityRef(entity).kind) === 'user'
    );
  }

  async #find(ref: string): Promise<Entity | undefined> {
    const { auth, catalog } = this.#options;
    return catalog.getEntityByRef(ref, {
      credentials: await auth.getOwnServiceCredentials(),
    });
  }
}

function related(entity: Entity, type: string): string[] {
  return (entity.relations ?? [])
    .filter(relation => relation.type === type)
    .map(({ targetRef }) => targetRef);
}
