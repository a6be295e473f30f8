import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import {
  Entity,
  RELATION_OWNED_BY,
  RELATION_PART_OF,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { JsonValue } from '@backstage/types';
import { EntityFilterSet } from '@shopfloor/plugin-checks-common';
import { Collector } from '@shopfloor/plugin-checks-node';
import { facetsOf, matchesFilter } from '@shopfloor/plugin-entity-access-node';
import { CheckSets } from '../definitions/CheckSets';
import { EntityStore, WatchedEntity } from '../store/EntityStore';
import { CheckSet } from '../store/GradingStore';
import { hashOf } from '../store/hash';

const PAGE = 500;

/** Keeps the copy of the entities that some check applies to as the catalog has them. */
export class EntityDiscovery {
  readonly #options: {
    auth: AuthService;
    catalog: CatalogService;
    sets: CheckSets;
    collectors: Collector[];
    store: EntityStore;
    logger: LoggerService;
  };

  constructor(options: {
    auth: AuthService;
    catalog: CatalogService;
    sets: CheckSets;
    collectors: Collector[];
    store: EntityStore;
    logger: LoggerService;
  }) {
    this.#options = options;
  }

  /** One round. When the catalog does not answer nothing changes. */
  async run(signal?: AbortSignal): Promise<void> {
    const { sets, store, logger } = this.#options;
    const set = await sets.current();
    let entities: Entity[];
    try {
      entities = await this.#read(set, signal);
    } catch (error) {
      logger.warn(
        `The catalog could not be read for checks: ${stringifyError(error)}`,
      );
      return;
    }
    await store.replace(
      entities.flatMap(entity => {
        const watched = this.#watch(entity, set);
        return watched ? [watched] : [];
      }),
    );
  }

  async #read(set: CheckSet, signal?: AbortSignal): Promise<Entity[]> {
    const filter = catalogFilter(set);
    if (filter.length === 0) {
      return [];
    }
    const { auth, catalog } = this.#options;
    const credentials = await auth.getOwnServiceCredentials();
    const found = new Map<string, Entity>();
    let cursor: string | undefined;
    do {
      signal?.throwIfAborted();
      const page = await catalog.queryEntities(
        cursor ? { cursor, limit: PAGE } : { filter, limit: PAGE },
        { credentials },
      );
      for (const entity of page.items) {
        found.set(stringifyEntityRef(entity), entity);
      }
      cursor = page.pageInfo.nextCursor;
    } while (cursor);
    return [...found.values()];
  }

  #watch(entity: Entity, set: CheckSet): WatchedEntity | undefined {
    const facets = facetsOf(entity);
    const lookup = new Set(facets);
    const applicable = set.checks.filter(({ definition }) =>
      matchesFilter(lookup, definition.appliesTo),
    );
    if (applicable.length === 0) {
      return undefined;
    }
    const needed = new Set(
      applicable.flatMap(({ definition }) =>
        Object.values(definition.reads).map(name => name.split('/')[0]),
      ),
    );
    const related = (type: string) =>
      entity.relations?.find(relation => relation.type === type)?.targetRef;
    return {
      entityRef: stringifyEntityRef(entity),
      owner: related(RELATION_OWNED_BY),
      system: related(RELATION_PART_OF),
      facets,
      entity,
      hash: hashOf(entity as unknown as JsonValue),
      work: this.#options.collectors
        .filter(({ name }) => needed.has(name))
        .map(collector => ({
          collector: collector.name,
          sources: collector.sources(entity),
        }))
        .filter(({ sources }) => sources.length > 0),
    };
  }
}

/** Every entity that some check applies to. */
function catalogFilter(set: CheckSet) {
  const sets = new Map<string, EntityFilterSet>();
  for (const { definition } of set.checks) {
    for (const item of [definition.appliesTo].flat()) {
      sets.set(JSON.stringify(item), item);
    }
  }
  return [...sets.values()].map(item =>
    Object.fromEntries(
      Object.entries(item).map(([key, value]) => [
        key,
        value === true ? CATALOG_FILTER_EXISTS : value,
      ]),
    ),
  );
}
