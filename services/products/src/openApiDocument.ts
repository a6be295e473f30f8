import {
  type Database,
  createDocumentStore,
  createLogger,
  Health,
  loadConfig,
  RefusedEvents,
  type ServiceApp,
  ServiceMetrics,
  Tracing,
} from '@shopfloor/service-kit';
import { productsConfigSpec } from './config.ts';
import { createApp } from './createApp.ts';
import { DOCUMENT_SCHEMA } from './domain/productDocuments.ts';
import type { Feature } from './features.ts';

/** How the committed document is renewed. */
export const REGENERATE = 'yarn workspace @shopfloor/products openapi';

/** Refuses every query: the document needs none. */
const noDatabase: Database = {
  query: () => Promise.reject(new Error('There is no database here')),
  transaction: () => Promise.reject(new Error('There is no database here')),
  ping: () => Promise.reject(new Error('There is no database here')),
  close: () => Promise.resolve(),
};

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(
  features: ReadonlySet<Feature>,
): Promise<ServiceApp> {
  const service = {
    name: 'products',
    version: '0.0.0',
    release: 'v1',
    environment: 'none',
    instance: 'none',
  };
  const logger = createLogger({ service, level: 'fatal' });
  const { DATABASE_URL, ...keys } = productsConfigSpec;
  const config = loadConfig(keys, {});
  return createApp({
    service,
    config,
    database: noDatabase,
    features,
    documents: await createDocumentStore({
      config,
      schema: DOCUMENT_SCHEMA,
      database: noDatabase,
    }),
    access: {
      verifier: {
        verify: () => Promise.reject(new Error('There are no keys here')),
      },
      policy: { decide: () => 'forbidden' },
      allowedCallers: [],
    },
    events: { refused: RefusedEvents.create({ database: noDatabase, logger }) },
    health: new Health(),
    metrics: ServiceMetrics.create({ processMetrics: false }),
    tracing: Tracing.create({ service }),
    logger,
  });
}
