import type { Logger } from 'pino';
import {
  type ConfigOf,
  InvalidConfigurationError,
  oneOf,
} from '../config/defineConfig.ts';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import type { Database } from '../postgres/Database.ts';
import type { SearchIndex, SearchSchema } from './types.ts';

/** The keys of a service with a search index. */
export const searchConfigSpec = {
  SEARCH_ADAPTER: oneOf(['postgres'], {
    description: 'Where the index is.',
    default: 'postgres',
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
  metrics: ServiceMetrics;
  logger: Logger;
}

/**
 * Opens the index that the configuration names. Contacts nothing yet; call `prepare` before use.
 *
 * @throws InvalidConfigurationError when what the adapter needs is missing
 */
export async function createSearchIndex<Source>(
  options: CreateSearchIndexOptions,
): Promise<SearchIndex<Source>> {
  const { schema, database } = options;
  if (!database) {
    throw new InvalidConfigurationError([
      'SEARCH_ADAPTER is postgres, but this service has no database',
    ]);
  }
  const { PostgresSearchIndex } =
    await import('./postgres/PostgresSearchIndex.ts');
  return PostgresSearchIndex.create<Source>({ schema, database });
}
