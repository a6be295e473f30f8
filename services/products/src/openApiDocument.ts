import {
  type Database,
  createLogger,
  Health,
  loadConfig,
  serviceConfigSpec,
  databaseConfigSpec,
  type ServiceApp,
  ServiceMetrics,
  Tracing,
} from '@shopfloor/service-kit';
import { createApp } from './createApp.ts';
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
  const { DATABASE_URL, ...databaseKeys } = databaseConfigSpec;
  return createApp({
    service,
    config: loadConfig({ ...serviceConfigSpec, ...databaseKeys }, {}),
    database: noDatabase,
    features,
    health: new Health(),
    metrics: ServiceMetrics.create({ processMetrics: false }),
    tracing: Tracing.create({ service }),
    logger,
  });
}
