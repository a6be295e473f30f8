import {
  createLogger,
  Health,
  loadConfig,
  type ServiceApp,
  ServiceMetrics,
  Tracing,
} from '@shopfloor/service-kit';
import { customersConfigSpec } from './config.ts';
import { createApp } from './createApp.ts';

/** How the committed document is renewed. */
export const REGENERATE = 'yarn workspace @shopfloor/customers openapi';

const nothing = () => Promise.reject(new Error('There is nothing here'));

/** Refuses every query: the document needs none. */
const noDatabase = {
  query: nothing,
  transaction: nothing,
  ping: nothing,
  listen: nothing,
  close: () => Promise.resolve(),
};

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const service = {
    name: 'customers',
    version: '0.0.0',
    release: 'v1',
    environment: 'none',
    instance: 'none',
  };
  const { DATABASE_URL, ...keys } = customersConfigSpec;
  const { app } = await createApp({
    service,
    config: loadConfig(keys, {}),
    database: noDatabase,
    orders: { claim: nothing },
    holders: { export: nothing },
    log: { append: nothing, consume: nothing },
    access: {
      verifier: { verify: nothing },
      policy: { decide: () => 'forbidden' },
      allowedCallers: [],
    },
    health: new Health(),
    metrics: ServiceMetrics.create({ processMetrics: false }),
    tracing: Tracing.create({ service }),
    logger: createLogger({ service, level: 'fatal' }),
  });
  return app;
}
