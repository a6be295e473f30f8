import {
  type ConfigOf,
  integer,
  InvalidConfigurationError,
  oneOf,
  optionalUrl,
} from '../config/defineConfig.ts';
import type { Database } from '../postgres/Database.ts';
import type { SearchIndex, SearchSchema } from './types.ts';

/** The keys of a service with a search index. */
export const searchConfigSpec = {
  SEARCH_ADAPTER: oneOf(['postgres', 'opensearch'], {
    description:
      'Where the index is: in the service’s own database, or in OpenSearch or Elasticsearch.',
    default: 'postgres',
  }),
  SEARCH_OPENSEARCH_URL: optionalUrl({
    description:
      'For `opensearch`: address of the cluster, with its credentials. A secret.',
    protocols: ['http:', 'https:'],
  }),
  SEARCH_TIMEOUT_MS: integer({
    description: 'For `opensearch`: longest wait for one request.',
    default: 3000,
    unit: 'ms',
    min: 50,
  }),
};

/** Configuration of a service with a search index. */
export type SearchConfig = ConfigOf<typeof searchConfigSpec>;

/** Options of {@link createSearchIndex}. */
export interface CreateSearchIndexOptions {
  config: SearchConfig;
  schema: SearchSchema;
  /** The service's own database, with {@link searchMigration}; required by the adapter `postgres`. */
  database?: Database;
}

/**
 * Opens the index that the configuration names. Contacts nothing yet; call `prepare` before use.
 *
 * @throws InvalidConfigurationError when what the adapter needs is missing
 */
export async function createSearchIndex<Source>(
  options: CreateSearchIndexOptions,
): Promise<SearchIndex<Source>> {
  const { config, schema, database } = options;
  if (config.SEARCH_ADAPTER === 'opensearch') {
    if (!config.SEARCH_OPENSEARCH_URL) {
      throw new InvalidConfigurationError([
        'SEARCH_OPENSEARCH_URL is missing: SEARCH_ADAPTER is opensearch',
      ]);
    }
    // Loaded only here: the embedded adapter is not to pay for it.
    const { OpenSearchIndex } = await import('./opensearch/OpenSearchIndex.ts');
    return OpenSearchIndex.create<Source>({
      schema,
      url: config.SEARCH_OPENSEARCH_URL,
      timeoutMs: config.SEARCH_TIMEOUT_MS,
    });
  }
  if (!database) {
    throw new InvalidConfigurationError([
      'SEARCH_ADAPTER is postgres, but this service has no database',
    ]);
  }
  const { PostgresSearchIndex } =
    await import('./postgres/PostgresSearchIndex.ts');
  return PostgresSearchIndex.create<Source>({ schema, database });
}
