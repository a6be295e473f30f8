import {
  AuthService,
  LoggerService,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import {
  ANNOTATION_LOCATION,
  Entity,
  parseLocationRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { InputError, stringifyError } from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { limitConcurrency } from '@shopfloor/plugin-environments-node';
import {
  parseDeclarations,
  SECRETS_ANNOTATION,
} from '@shopfloor/plugin-secrets-common';
import { lower, ownersOf } from '../people/EntityDirectory';
import { DeclarationStore } from '../store/DeclarationStore';

const MAX_CONCURRENT_READS = 8;
/** Plain names only: nothing that could mean another host, query or parent once it is part of an address. */
const PATH = /^[\w.-]+(\/[\w.-]+)*$/;

/** What {@link DeclarationLoader} needs. */
export interface DeclarationLoaderOptions {
  auth: AuthService;
  catalog: CatalogService;
  integrations: ScmIntegrationRegistry;
  urlReader: UrlReaderService;
  store: DeclarationStore;
  logger: LoggerService;
  now: () => Date;
}

/** Finds what services declare through the catalog. */
export class DeclarationLoader {
  readonly #options: DeclarationLoaderOptions;

  constructor(options: DeclarationLoaderOptions) {
    this.#options = options;
  }

  /** One round. A file that cannot be read or is wrong never hinders another one. */
  async run(signal?: AbortSignal): Promise<void> {
    const { auth, catalog, store } = this.#options;
    const { items } = await catalog.getEntities(
      {
        filter: {
          kind: 'Component',
          // Prefixes in Vault are names without a namespace.
          'metadata.namespace': 'default',
          [`metadata.annotations.${SECRETS_ANNOTATION}`]: CATALOG_FILTER_EXISTS,
        },
        fields: ['kind', 'metadata', 'relations'],
      },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    const limit = limitConcurrency(MAX_CONCURRENT_READS);
    await Promise.all(
      items.map(entity =>
        limit(async () => {
          signal?.throwIfAborted();
          await this.#load(entity);
        }),
      ),
    );
    await store.retain(items.map(entity => lower(stringifyEntityRef(entity))));
  }

  async #load(entity: Entity): Promise<void> {
    const { urlReader, store, logger, now } = this.#options;
    const entityRef = lower(stringifyEntityRef(entity));
    const service = lower(entity.metadata.name);
    const annotated = entity.metadata.annotations?.[SECRETS_ANNOTATION] ?? '';
    const file = annotated.replace(/^\.\//, '');
    const of = {
      entityRef,
      service,
      title: entity.metadata.title ?? entity.metadata.name,
      owners: ownersOf(entity),
      file,
    };
    try {
      const url = this.#locate(entity, file);
      const response = await urlReader.readUrl(url);
      const text = (await response.buffer()).toString('utf8');
      const { secrets, problems } = parseDeclarations(text, { file, service });
      const known = await store.get(entityRef);
      await store.save(
        {
          ...of,
          // An address of another scheme leads nobody anywhere.
          ...(/^https?:/.test(url) && { url }),
          // A file that is wrong as a whole takes nothing away.
          secrets:
            secrets.length === 0 && problems.length > 0
              ? (known?.secrets ?? [])
              : secrets,
          problems,
        },
        now(),
      );
    } catch (error) {
      logger.warn(
        `The secrets of ${entityRef} in ${annotated} cannot be read: ${stringifyError(error)}`,
      );
      const known = await store.get(entityRef);
      await store.save(
        {
          ...of,
          secrets: known?.secrets ?? [],
          problems: [{ file, field: '', message: (error as Error).message }],
        },
        now(),
      );
    }
  }

  #locate(entity: Entity, file: string): string {
    if (!PATH.test(file) || file.split('/').includes('..')) {
      throw new InputError(
        `${SECRETS_ANNOTATION} must be a path below the folder of the file that declares the entity, not "${file}"`,
      );
    }
    const location = entity.metadata.annotations?.[ANNOTATION_LOCATION];
    if (!location) {
      throw new InputError(`The entity has no ${ANNOTATION_LOCATION}`);
    }
    const { type, target } = parseLocationRef(location);
    if (type !== 'url') {
      throw new InputError(
        `Files beside a location of type "${type}" cannot be read`,
      );
    }
    return this.#options.integrations.resolveUrl({ url: file, base: target });
  }
}
