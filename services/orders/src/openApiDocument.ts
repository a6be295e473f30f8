import {
  createLogger,
  Health,
  loadConfig,
  type ServiceApp,
  ServiceMetrics,
  Tracing,
} from '@shopfloor/service-kit';
import type { Shop } from './clients/shopClients.ts';
import { ordersConfigSpec } from './config.ts';
import { createApp } from './createApp.ts';

/** How the committed document is renewed. */
export const REGENERATE = 'yarn workspace @shopfloor/orders openapi';

const nothing = () => Promise.reject(new Error('There is nothing here'));

/** Refuses every call: the document needs none. */
const nobody = new Proxy({} as Shop, { get: () => nothing });

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const service = {
    name: 'orders',
    version: '0.0.0',
    release: 'v1',
    environment: 'none',
    instance: 'none',
  };
  const { DATABASE_URL, ...keys } = ordersConfigSpec;
  const { app } = await createApp({
    service,
    config: loadConfig(keys, {}),
    database: {
      query: nothing,
      transaction: nothing,
      ping: nothing,
      close: () => Promise.resolve(),
    },
    log: { append: nothing, consume: nothing },
    shop: nobody,
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
