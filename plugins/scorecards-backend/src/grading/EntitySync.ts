import { AuthService } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { EntityStore } from '../store/EntityStore';

const PAGE = 1000;

/** Kinds that may be graded, and those that roll-ups follow. */
const KINDS = [
  'Component',
  'API',
  'Resource',
  'Template',
  'Group',
  'System',
  'Domain',
];

/** Takes over from the catalog who is graded, who owns it and what it is part of. */
export class EntitySync {
  readonly #options: {
    auth: AuthService;
    catalog: CatalogService;
    store: EntityStore;
  };

  constructor(options: {
    auth: AuthService;
    catalog: CatalogService;
    store: EntityStore;
  }) {
    this.#options = options;
  }

  /** One round. A catalog that does not answer leaves everything as it was. */
  async run(signal?: AbortSignal): Promise<void> {
    const { auth, catalog, store } = this.#options;
    const credentials = await auth.getOwnServiceCredentials();
    const entities: Entity[] = [];
    let cursor: string | undefined;
    do {
      signal?.throwIfAborted();
      const page = await catalog.queryEntities(
        cursor
          ? { cursor, limit: PAGE }
          : {
              filter: { kind: KINDS },
              limit: PAGE,
              orderFields: [{ field: 'metadata.uid', order: 'asc' }],
            },
        { credentials },
      );
      entities.push(...page.items);
      cursor = page.pageInfo.nextCursor;
    } while (cursor);
    await store.replace(entities);
  }
}
