import {
  type Cache,
  createLogger,
  Health,
  loadConfig,
  ServiceClient,
  ServiceMetrics,
  type ServiceApp,
  Tracing,
} from '@shopfloor/service-kit';
import { exportJWK, generateKeyPair } from 'jose';
import {
  DEPENDENCIES,
  type Dependency,
  storefrontConfigSpec,
} from './config.ts';
import { createApp } from './createApp.ts';

/** How the committed document is renewed. */
export const REGENERATE = 'yarn workspace @shopfloor/storefront openapi';

const nothing = () => Promise.reject(new Error('There is nothing here'));

/** Holds nothing: the document needs no cache. */
const noCache: Cache = {
  get: nothing,
  set: nothing,
  delete: nothing,
  getOrLoad: nothing,
  close: () => Promise.resolve(),
};

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const service = {
    name: 'storefront',
    version: '0.0.0',
    release: 'v1',
    environment: 'none',
    instance: 'none',
  };
  const logger = createLogger({ service, level: 'fatal' });
  const metrics = ServiceMetrics.create({ processMetrics: false });
  const tracing = Tracing.create({ service });
  const { DATABASE_URL, ...spec } = storefrontConfigSpec;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return createApp({
    service,
    config: loadConfig(spec, {
      SESSION_SIGNING_KEY: JSON.stringify(await exportJWK(privateKey)),
    }),
    database: { query: nothing },
    cache: noCache,
    clients: Object.fromEntries(
      DEPENDENCIES.map(dependency => [
        dependency,
        ServiceClient.create({
          dependency,
          baseUrl: 'http://none.invalid',
          metrics,
          tracing,
          logger,
          env: {},
        }),
      ]),
    ) as Record<Dependency, ServiceClient>,
    health: new Health(),
    metrics,
    tracing,
    logger,
  });
}
