import {
  AuthService,
  BackstageCredentials,
  BackstageUserPrincipal,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { UserEntity, parseEntityRef } from '@backstage/catalog-model';
import { NotAllowedError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { Impersonation } from '@shopfloor/plugin-environments-node';
import { KUBERNETES_GROUP_PREFIX } from '../config';

/** Who acts, in the portal and in Kubernetes. */
export interface Person {
  userEntityRef: string;
  ownershipEntityRefs: string[];
  impersonation: Required<Impersonation>;
}

/** Finds out who a signed-in person is in Kubernetes. */
export interface PersonResolver {
  /** @throws NotAllowedError when the person has no name there */
  resolve(
    credentials: BackstageCredentials<BackstageUserPrincipal>,
  ): Promise<Person>;
  /**
   * The same for somebody who is not there, by the catalog as it is now: what the person belongs to directly.
   *
   * @throws NotAllowedError when the catalog does not know the person, or no name in Kubernetes
   */
  resolveAbsent(userEntityRef: string): Promise<Person>;
}

export interface CatalogPersonResolverOptions {
  auth: AuthService;
  userInfo: UserInfoService;
  catalog: CatalogService;
  /** Names of catalog groups that may be impersonated. */
  groups: ReadonlySet<string>;
}

/** A colon is refused since Kubernetes's own users and groups (`system:…`) are made with it. */
const EMAIL = /^[^\s@:]+@[^\s@:]+$/;
const LIFETIME_MS = 10_000;

/** Takes the e-mail and the groups from the catalog: the person's word counts for nothing. */
export class CatalogPersonResolver implements PersonResolver {
  readonly #options: CatalogPersonResolverOptions;
  readonly #emails = new Map<string, { email: string; untilMs: number }>();

  constructor(options: CatalogPersonResolverOptions) {
    this.#options = options;
  }

  async resolve(
    credentials: BackstageCredentials<BackstageUserPrincipal>,
  ): Promise<Person> {
    const { userEntityRef, ownershipEntityRefs } =
      await this.#options.userInfo.getUserInfo(credentials);
    const user = await this.#email(userEntityRef);
    return {
      userEntityRef,
      ownershipEntityRefs,
      impersonation: {
        user,
        groups: impersonatedGroups(ownershipEntityRefs, this.#options.groups),
      },
    };
  }

  async resolveAbsent(userEntityRef: string): Promise<Person> {
    const entity = await this.#entity(userEntityRef);
    const groups = (entity?.relations ?? [])
      .filter(({ type }) => type === 'memberOf')
      .map(({ targetRef }) => targetRef);
    const ownershipEntityRefs = [userEntityRef, ...groups];
    return {
      userEntityRef,
      ownershipEntityRefs,
      impersonation: {
        user: emailOf(userEntityRef, entity),
        groups: impersonatedGroups(ownershipEntityRefs, this.#options.groups),
      },
    };
  }

  async #email(userEntityRef: string): Promise<string> {
    const cached = this.#emails.get(userEntityRef);
    if (cached && cached.untilMs > Date.now()) {
      return cached.email;
    }
    const email = emailOf(userEntityRef, await this.#entity(userEntityRef));
    this.#emails.set(userEntityRef, {
      email,
      untilMs: Date.now() + LIFETIME_MS,
    });
    return email;
  }

  async #entity(userEntityRef: string): Promise<UserEntity | undefined> {
    const { auth, catalog } = this.#options;
    return (await catalog.getEntityByRef(userEntityRef, {
      credentials: await auth.getOwnServiceCredentials(),
    })) as UserEntity | undefined;
  }
}

function emailOf(userEntityRef: string, entity: UserEntity | undefined) {
  const email = entity?.spec?.profile?.email;
  if (typeof email !== 'string' || !EMAIL.test(email)) {
    throw new NotAllowedError(
      `${userEntityRef} has no e-mail address in the catalog, which is the name in Kubernetes; ask for spec.profile.email of the User entity`,
    );
  }
  return email;
}

/** The listed ones among a person's groups of the default namespace, as Kubernetes names them. */
export function impersonatedGroups(
  ownershipEntityRefs: string[],
  listed: ReadonlySet<string>,
): string[] {
  return ownershipEntityRefs
    .map(ref => parseEntityRef(ref))
    .filter(
      ({ kind, namespace, name }) =>
        kind.toLocaleLowerCase('en-US') === 'group' &&
        namespace.toLocaleLowerCase('en-US') === 'default' &&
        listed.has(name),
    )
    .map(({ name }) => `${KUBERNETES_GROUP_PREFIX}${name}`)
    .sort();
}
