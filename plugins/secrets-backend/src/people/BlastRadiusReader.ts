import {
  Entity,
  RELATION_API_CONSUMED_BY,
  RELATION_CONSUMES_API,
  RELATION_DEPENDENCY_OF,
  RELATION_DEPENDS_ON,
  RELATION_PROVIDES_API,
} from '@backstage/catalog-model';
import {
  BlastRadius,
  GrantRequest,
  MOST_LOOKED_AT,
  MOST_RELATED,
  RelatedEntities,
  RelatedEntity,
  ServiceSurroundings,
} from '@shopfloor/plugin-secrets-common';
import { UserCredentials } from '../access/GrantAccess';
import { EntityDirectory, lower, ownersOf } from './EntityDirectory';

/** What {@link BlastRadiusReader} needs. */
export interface BlastRadiusReaderOptions {
  directory: EntityDirectory;
  now: () => Date;
}

/** Says what is near the services of a request in the catalog. It asks in the name of the reader, so what may not be seen is not counted. */
export class BlastRadiusReader {
  readonly #options: BlastRadiusReaderOptions;

  constructor(options: BlastRadiusReaderOptions) {
    this.#options = options;
  }

  /** Services that the reader may not see, or that are gone, are left out. */
  async of(
    request: Pick<GrantRequest, 'owner' | 'subject'>,
    credentials: UserCredentials,
  ): Promise<BlastRadius> {
    const roles = rolesOf(request);
    const found = await this.#options.directory.visibleOf(
      [...roles.keys()],
      credentials,
    );
    const services = await Promise.all(
      [...roles].flatMap(([ref, role]) => {
        const entity = found.get(ref);
        return entity ? [this.#around(ref, role, entity, credentials)] : [];
      }),
    );
    return { services, observedAt: this.#options.now().toISOString() };
  }

  async #around(
    entityRef: string,
    role: ServiceSurroundings['role'],
    entity: Entity,
    credentials: UserCredentials,
  ): Promise<ServiceSurroundings> {
    const { directory } = this.#options;
    const see = (all: string[]) =>
      directory.visibleOf(all.slice(0, MOST_LOOKED_AT), credentials);
    const provided = related(entity, RELATION_PROVIDES_API);
    const providedSeen = await see(provided);
    // Who consumes an API is known through APIs that the reader may see alone.
    const dependents = inOrder([
      ...related(entity, RELATION_DEPENDENCY_OF),
      ...[...providedSeen.values()].flatMap(api =>
        related(api, RELATION_API_CONSUMED_BY),
      ),
    ]).filter(ref => ref !== entityRef);
    const dependencies = related(entity, RELATION_DEPENDS_ON);
    const consumed = related(entity, RELATION_CONSUMES_API);
    const near = await Promise.all(
      [dependents, dependencies, consumed].map(see),
    );
    const apis = await directory.visibleOf(
      inOrder(
        near.flatMap(seen =>
          first(seen).flatMap(([, each]) =>
            related(each, RELATION_CONSUMES_API),
          ),
        ),
      ),
      credentials,
    );
    const list = (all: string[], seen: Map<string, Entity>) =>
      relatedEntities({ all, seen, apis });
    return {
      entityRef,
      role,
      dependents: list(dependents, near[0]),
      dependencies: list(dependencies, near[1]),
      consumedApis: list(consumed, near[2]),
      providedApis: list(provided, providedSeen),
    };
  }
}

/** The services that a request concerns: who gets the access first. */
function rolesOf({
  owner,
  subject,
}: Pick<GrantRequest, 'owner' | 'subject'>): Map<
  string,
  ServiceSurroundings['role']
> {
  if (subject.kind === 'person') {
    return new Map([[owner, 'owner']]);
  }
  return subject.entityRef === owner
    ? new Map([[owner, 'both']])
    : new Map([
        [subject.entityRef, 'subject'],
        [owner, 'owner'],
      ]);
}

function relatedEntities(options: {
  /** Whatever the reader may see. */
  all: string[];
  seen: Map<string, Entity>;
  apis: Map<string, Entity>;
}): RelatedEntities {
  const { all, seen, apis } = options;
  return {
    total: seen.size,
    items: first(seen).map(([ref, entity]) => shown(ref, entity, apis)),
    complete: all.length <= MOST_LOOKED_AT,
  };
}

function shown(
  entityRef: string,
  entity: Entity,
  apis: Map<string, Entity>,
): RelatedEntity {
  const { title } = entity.metadata;
  const type = entity.spec?.type;
  return {
    entityRef,
    ...(title && { title }),
    ...(typeof type === 'string' && { type }),
    owners: ownersOf(entity),
    consumedApis: related(entity, RELATION_CONSUMES_API).filter(ref =>
      apis.has(ref),
    ),
  };
}

/** Those that are listed. */
function first(seen: Map<string, Entity>): Array<[string, Entity]> {
  return [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, MOST_RELATED);
}

/** Entity refs at the other end of a relation, in lower case, each once and in order. */
function related(entity: Entity, type: string): string[] {
  return inOrder(
    (entity.relations ?? [])
      .filter(relation => relation.type === type)
      .map(({ targetRef }) => lower(targetRef)),
  );
}

function inOrder(refs: string[]): string[] {
  return [...new Set(refs)].sort();
}
