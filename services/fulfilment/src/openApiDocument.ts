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
import { fulfilmentConfigSpec } from './config.ts';
import { createApp } from './createApp.ts';

/** How the committed document is renewed. */
export const REGENERATE = 'yarn workspace @shopfloor/fulfilment openapi';

const refuse = () => Promise.reject(new Error('There is nothing behind this'));

/** Refuses every query: the document needs none. */
const noDatabase: Database = {
  query: refuse,
  transaction: refuse,
  ping: refuse,
  close: () => Promise.resolve(),
};

/** Takes and gives nothing. */
const noLog: EventLog = {
  append: refuse,
  consume: refuse,
  replay: refuse,
  generations: false,
  ping: refuse,
  close: () => Promise.resolve(),
};

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const service = {
    name: 'fulfilment',
    version: '0.0.0',
    release: 'v1',
    environment: 'none',
    instance: 'none',
  };
  const logger = createLogger({ service, level: 'fatal' });
  const { app } = await createApp({
    service,
    config: loadConfig(fulfilmentConfigSpec, {
      DATABASE_URL: 'postgresql://none',
    }),
    database: noDatabase,
    log: noLog,
    access: {
      verifier: {
        verify: () => Promise.reject(new Error('There is no issuer here')),
      },
      policy: RegoAccessPolicy.create({ logger }),
      allowedCallers: [],
    },
    health: new Health(),
    metrics: ServiceMetrics.create({ processMetrics: false }),
    tracing: Tracing.create({ service }),
    logger,
  });
  return app;
}
