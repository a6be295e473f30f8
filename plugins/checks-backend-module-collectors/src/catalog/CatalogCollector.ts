import { AuthService } from '@backstage/backend-plugin-api';
import {
  Entity,
  RELATION_API_PROVIDED_BY,
  RELATION_CONSUMES_API,
  RELATION_DEPENDS_ON,
  RELATION_HAS_MEMBER,
  RELATION_OWNED_BY,
  RELATION_PART_OF,
  RELATION_PROVIDES_API,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  CollectedEvidence,
  CollectOptions,
  Collector,
  EvidenceType,
} from '@shopfloor/plugin-checks-node';
import { findCycle } from './findCycle';

const SOURCE = 'catalog';
const MAX_NODES = 400;
const MAX_TEXT = 2000;

/** What the catalog says of an entity, and of what it names. */
export class CatalogCollector implements Collector {
  readonly name = 'catalog';
  readonly version = '1';
  readonly title = { en: 'Catalog', zh: '软件目录' };
  readonly intervalSeconds = 900;
  readonly freshnessSeconds = 7200;
  readonly evidence: Record<string, EvidenceType> = {
    metadata: {
      object: {
        title: 'string',
        description: 'string',
        lifecycle: 'string',
        system: 'string',
        tags: { list: 'string' },
        annotations: { map: 'string' },
      },
    },
    /** Of the groups and people that own it; those that the catalog does not hold have no members. */
    owners: {
      list: { object: { ref: 'string', found: 'bool', members: 'int' } },
    },
    apis: {
      list: {
        object: {
          ref: 'string',
          found: 'bool',
          type: 'string',
          defined: 'bool',
        },
      },
    },
    dependencies: { list: { object: { ref: 'string', found: 'bool' } } },
    /** From the entity over what it depends on and whose APIs it consumes, back to itself; empty when there is no such way. */
    cycle: { list: 'string' },
  };
  readonly #auth: AuthService;
  readonly #catalog: CatalogService;

  constructor(options: { auth: AuthService; catalog: CatalogService }) {
    this.#auth = options.auth;
    this.#catalog = options.catalog;
  }

  sources(_entity: Entity): string[] {
    return [SOURCE];
  }

  async collect({ entity }: CollectOptions): Promise<CollectedEvidence[]> {
    const entityRef = stringifyEntityRef(entity);
    const found = await this.#find(
      [RELATION_OWNED_BY, RELATION_PROVIDES_API, RELATION_DEPENDS_ON].flatMap(
        type => related(entity, type),
      ),
    );
    const cycle = await findCycle({
      start: entityRef,
      maxNodes: MAX_NODES,
      edges: nodes => this.#dependencies(nodes),
    });
    const item = (key: string, refs: string[] = [entityRef]) => ({
      key,
      source: SOURCE,
      references: refs.map(target => ({ kind: 'entity' as const, target })),
    });
    const spec = entity.spec ?? {};
    return [
      {
        ...item('metadata'),
        value: {
          title: entity.metadata.title ?? '',
          description: (entity.metadata.description ?? '').slice(0, MAX_TEXT),
          lifecycle: String(spec.lifecycle ?? ''),
          system: related(entity, RELATION_PART_OF)[0] ?? '',
          tags: entity.metadata.tags ?? [],
          annotations: entity.metadata.annotations ?? {},
        },
      },
      {
        ...item('owners', related(entity, RELATION_OWNED_BY)),
        value: related(entity, RELATION_OWNED_BY).map(ref => {
          const owner = found.get(ref);
          return {
            ref,
            found: owner !== undefined,
            members:
              owner?.kind === 'User'
                ? 1
                : related(owner, RELATION_HAS_MEMBER).length,
          };
        }),
      },
      {
        ...item('apis', related(entity, RELATION_PROVIDES_API)),
        value: related(entity, RELATION_PROVIDES_API).map(ref => {
          const api = found.get(ref);
          return {
            ref,
            found: api !== undefined,
            type: String(api?.spec?.type ?? ''),
            defined: String(api?.spec?.definition ?? '').trim() !== '',
          };
        }),
      },
      {
        ...item('dependencies'),
        value: related(entity, RELATION_DEPENDS_ON).map(ref => ({
          ref,
          found: found.has(ref),
        })),
      },
      cycle === 'too-large'
        ? {
            ...item('cycle'),
            unknown: {
              en: `It depends on more than ${MAX_NODES} entities`,
              zh: `它依赖的实体超过 ${MAX_NODES} 个`,
            },
          }
        : { ...item('cycle'), value: cycle ?? [] },
    ];
  }

  /** What each component depends on: components directly, and those that provide the APIs it consumes. */
  async #dependencies(nodes: string[]): Promise<Map<string, string[]>> {
    const entities = await this.#find(nodes);
    const apis = await this.#find(
      [...entities.values()].flatMap(entity =>
        related(entity, RELATION_CONSUMES_API),
      ),
    );
    return new Map(
      [...entities].map(([ref, entity]) => [
        ref,
        [
          ...related(entity, RELATION_DEPENDS_ON),
          ...related(entity, RELATION_CONSUMES_API).flatMap(api =>
            related(apis.get(api), RELATION_API_PROVIDED_BY),
          ),
        ].filter(target => target.startsWith('component:')),
      ]),
    );
  }

  async #find(refs: string[]): Promise<Map<string, Entity>> {
    const entityRefs = [...new Set(refs)];
    if (entityRefs.length === 0) {
      return new Map();
    }
    const { items } = await this.#catalog.getEntitiesByRefs(
      { entityRefs },
      { credentials: await this.#auth.getOwnServiceCredentials() },
    );
    return new Map(
      entityRefs.flatMap((ref, index) => {
        const entity = items[index];
        return entity ? [[ref, entity]] : [];
      }),
    );
  }
}

function related(entity: Entity | undefined, type: string): string[] {
  return (entity?.relations ?? [])
    .filter(relation => relation.type === type)
    .map(({ targetRef }) => targetRef)
    .sort();
}
