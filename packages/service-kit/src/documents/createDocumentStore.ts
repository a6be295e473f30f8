import {
  type ConfigOf,
  integer,
  InvalidConfigurationError,
  oneOf,
  optionalUrl,
  text,
} from '../config/defineConfig.ts';
import type { Database } from '../postgres/Database.ts';
import type { DocumentSchema, DocumentStore } from './types.ts';

/** The keys of a service with documents. */
export const documentsConfigSpec = {
  DOCUMENTS_ADAPTER: oneOf(['postgres', 'mongo'], {
    description:
      'Where documents are: in the service’s own database, or MongoDB.',
    default: 'postgres',
  }),
  DOCUMENTS_MONGO_URL: optionalUrl({
    description: 'For `mongo`: connection string. A secret.',
    protocols: ['mongodb:', 'mongodb+srv:'],
  }),
  DOCUMENTS_MONGO_DATABASE: text({
    description: 'For `mongo`: name of the database.',
    default: 'shop',
  }),
  DOCUMENTS_TIMEOUT_MS: integer({
    description: 'For `mongo`: longest wait for a server and for one command.',
    default: 2000,
    unit: 'ms',
    min: 50,
  }),
};

/** Configuration of a service with documents. */
export type DocumentsConfig = ConfigOf<typeof documentsConfigSpec>;

/** Options of {@link createDocumentStore}. */
export interface CreateDocumentStoreOptions<T> {
  config: DocumentsConfig;
  schema: DocumentSchema<T>;
  /** The service's own database, with {@link documentsMigration}; required by the adapter `postgres`. */
  database?: Database;
}

/**
 * Opens the collection that the configuration names. Contacts nothing yet; call `prepare` before use.
 *
 * @throws InvalidConfigurationError when what the adapter needs is missing
 */
export async function createDocumentStore<T>(
  options: CreateDocumentStoreOptions<T>,
): Promise<DocumentStore<T>> {
  const { config, schema, database } = options;
  if (config.DOCUMENTS_ADAPTER === 'mongo') {
    if (!config.DOCUMENTS_MONGO_URL) {
      throw new InvalidConfigurationError([
        'DOCUMENTS_MONGO_URL is missing: DOCUMENTS_ADAPTER is mongo',
      ]);
    }
    // Loaded only here: the embedded adapter is not to pay for it.
    const { MongoDocumentStore } =
      await import('./mongo/MongoDocumentStore.ts');
    return MongoDocumentStore.create({
      schema,
      url: config.DOCUMENTS_MONGO_URL,
      database: config.DOCUMENTS_MONGO_DATABASE,
      timeoutMs: config.DOCUMENTS_TIMEOUT_MS,
    });
  }
  if (!database) {
    throw new InvalidConfigurationError([
      'DOCUMENTS_ADAPTER is postgres, but this service has no database',
    ]);
  }
  const { PostgresDocumentStore } =
    await import('./postgres/PostgresDocumentStore.ts');
  return PostgresDocumentStore.create({ schema, database });
}
