import {
  createLogger,
  type Database,
  Health,
  loadConfig,
  type ServiceApp,
  ServiceMetrics,
  Tracing,
} from '@shopfloor/service-kit';
import { providerConfigSpec } from './config.ts';
import { createApp } from './createApp.ts';

/** How the committed document is renewed. */
export const REGENERATE =
  'yarn workspace @shopfloor/test-payment-provider openapi';

const refuse = () => Promise.reject(new Error('There is no database here'));

/** Refuses every query: the document needs none. */
const noDatabase: Database = {
  query: refuse,
  transaction: refuse,
  ping: refuse,
  close: () => Promise.resolve(),
};

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const service = {
    name: 'test-payment-provider',
    version: '0.0.0',
    release: 'v1',
    environment: 'none',
    instance: 'none',
  };
  const {
    DATABASE_URL,
    MERCHANT_API_KEY,
    MERCHANT_WEBHOOK_SECRET,
    SINGLE_CAPTURE_API_KEY,
    ...keysWithoutSecrets
  } = providerConfigSpec;
  const { app } = await createApp({
    service,
    config: loadConfig(keysWithoutSecrets, {}),
    database: noDatabase,
    health: new Health(),
    metrics: ServiceMetrics.create({ processMetrics: false }),
    tracing: Tracing.create({ service }),
    logger: createLogger({ service, level: 'fatal' }),
  });
  return app;
}
