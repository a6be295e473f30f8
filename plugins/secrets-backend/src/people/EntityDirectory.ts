import {
  AuthService,
  BackstageCredentials,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import {
  Entity,
  RELATION_OWNED_BY,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { UserCredentials } from '../access/GrantAccess';

/** As many as are asked of the catalog at once. */
const BATCH = 100;

/** What is shown of entities around a service. */
const SHOWN = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'relations',
  'spec.type',
];

/** A person who is signed in. Entity refs are in lower case. */
export interface Person {
  ref: string;
  claims: string[];
}

/** What {@link EntityDirectory} needs. */
export interface EntityDirectoryOptions {
  auth: AuthService;
  catalog: CatalogService;
  userInfo: UserInfoService;
}

/** Says who somebody is, and what the catalog knows of services. */
export class EntityDirectory {
  readonly #options: EntityDirectoryOptions;

  constructor(options: EntityDirectoryOptions) {
    this.#options = options;
  }

  async person(credentials: UserCredentials): Promise<Person> {
    const info = await this.#options.userInfo.getUserInfo(credentials);
    return {
      ref: lower(info.userEntityRef),
      claims: info.ownershipEntityRefs.map(lower),
    };
  }

  /** The entity as somebody may see it. */
  async visible(
    ref: string,
    credentials: UserCredentials,
  ): Promise<Entity | undefined> {
    return this.#options.catalog.getEntityByRef(ref, { credentials });
  }

  /** Those of the entities that somebody may see, without what is in their `spec` beside the type. */
  async visibleOf(
    refs: string[],
    credentials: UserCredentials,
  ): Promise<Map<string, Entity>> {
    return this.#find(refs, credentials, SHOWN);
  }

  /** Entities by their refs, whoever may see them; those that are not there are left out. */
  async find(refs: string[]): Promise<Map<string, Entity>> {
    return this.#find(
      refs,
      await this.#options.auth.getOwnServiceCredentials(),
    );
  }

  async #find(
    refs: string[],
    credentials: BackstageCredentials,
    fields?: string[],
  ): Promise<Map<string, Entity>> {
    const found = new Map<string, Entity>();
    for (let at = 0; at < refs.length; at += BATCH) {
      const { items } = await this.#options.catalog.getEntitiesByRefs(
        { entityRefs: refs.slice(at, at + BATCH), ...(fields && { fields }) },
        { credentials },
      );
      for (const entity of items) {
        if (entity) {
          found.set(lower(stringifyEntityRef(entity)), entity);
        }
      }
    }
    return found;
  }
}

/** Entity refs of the owners of an entity, in lower case and in order. */
export function ownersOf(entity: Entity): string[] {
  return (entity.relations ?? [])
    .filter(({ type }) => type === RELATION_OWNED_BY)
    .map(({ targetRef }) => lower(targetRef))
    .sort();
}

/** E-mail address of a person, as the catalog has it. */
export function emailOf(entity: Entity): string | undefined {
  const email = (entity.spec?.profile as { email?: unknown } | undefined)
    ?.email;
  return typeof email === 'string'
    ? email.toLocaleLowerCase('en-US')
    : undefined;
}

/** An entity ref as it is compared. */
export function lower(text: string): string {
  return text.toLocaleLowerCase('en-US');
}
