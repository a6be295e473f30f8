import { createHash } from 'node:crypto';
import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { facetsOf } from '@shopfloor/plugin-entity-access-node';
import { EntityStore, KnownEntity } from '../store/EntityStore';

const PAGE = 500;

/** What {@link EntityDiscovery} needs. */
export interface EntityDiscoveryOptions {
  auth: AuthService;
  catalog: CatalogService;
  store: EntityStore;
  logger: LoggerService;
}

/** Keeps the copy of the entities as the catalog has them. */
export class EntityDiscovery {
  readonly #options: EntityDiscoveryOptions;

  constructor(options: EntityDiscoveryOptions) {
    this.#options = options;
  }

  /** One round. When the catalog does not answer nothing changes. */
  async run(signal?: AbortSignal): Promise<void> {
    let entities: KnownEntity[];
    try {
      entities = await this.#read(signal);
    } catch (error) {
      this.#options.logger.warn(
        `The catalog could not be read for changes: ${stringifyError(error)}`,
      );
      return;
    }
    await this.#options.store.replace(entities);
  }

  async #read(signal?: AbortSignal): Promise<KnownEntity[]> {
    const { auth, catalog } = this.#options;
    const credentials = await auth.getOwnServiceCredentials();
    const found = new Map<string, KnownEntity>();
    let cursor: string | undefined;
    do {
      signal?.throwIfAborted();
      const page = await catalog.queryEntities(
        cursor ? { cursor, limit: PAGE } : { limit: PAGE },
        { credentials },
      );
      for (const entity of page.items) {
        const entityRef = stringifyEntityRef(entity);
        const facets = facetsOf(entity);
        const hash = createHash('sha256')
          .update(facets.join('\n'))
          .digest('hex');
        found.set(entityRef, { entityRef, facets, hash });
      }
      cursor = page.pageInfo.nextCursor;
    } while (cursor);
    return [...found.values()];
  }
}
