import {
  createLogger,
  type Database,
  type EventLog,
  Health,
  loadConfig,
  RegoAccessPolicy,
  type ServiceApp,
  ServiceMetrics,
  Tracing,
} from '@shopfloor/service-kit';
import { productSearchConfigSpec } from './config.ts';
import { createApp } from './createApp.ts';
import { createParts } from './createParts.ts';

/** How the committed document is renewed. */
export const REGENERATE = 'yarn workspace @shopfloor/product-search openapi';

const refuse = () => Promise.reject(new Error('There is nothing here'));

/** Refuses every query: the document needs none. */
const noDatabase: Database = {
  query: refuse,
  transaction: refuse,
  ping: refuse,
  close: () => Promise.resolve(),
};

const noLog: EventLog = {
  generations: true,
  append: refuse,
  consume: refuse,
  replay: refuse,
  ping: refuse,
  close: () => Promise.resolve(),
};

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const service = {
    name: 'product-search',
    version: '0.0.0',
    release: 'v1',
    environment: 'none',
    instance: 'none',
  };
  const logger = createLogger({ service, level: 'fatal' });
  const metrics = ServiceMetrics.create({ processMetrics: false });
  const tracing = Tracing.create({ service });
  const config = loadConfig(productSearchConfigSpec, {
    DATABASE_URL: 'postgresql://none',
  });
  const parts = await createParts({
    config,
    database: noDatabase,
    log: noLog,
    metrics,
    tracing,
    logger,
  });
  return createApp({
    service,
    config,
    parts,
    access: {
      verifier: { verify: refuse },
      policy: RegoAccessPolicy.create({ logger }),
      allowedCallers: [],
    },
    health: new Health(),
    metrics,
    tracing,
    logger,
  });
}
