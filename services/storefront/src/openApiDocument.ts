import {
  type Cache,
  documentedParts,
  refuse,
  type ServiceApp,
  ServiceClient,
} from '@shopfloor/service-kit';
import { exportJWK, generateKeyPair } from 'jose';
import {
  DEPENDENCIES,
  type Dependency,
  readStorefrontConfig,
} from './config.ts';
import { createApp } from './createApp.ts';

/** Holds nothing: the document needs no cache. */
const noCache: Cache = {
  get: refuse,
  set: refuse,
  delete: refuse,
  getOrLoad: refuse,
  renew: refuse,
  close: () => Promise.resolve(),
};

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const kit = documentedParts({
    name: 'storefront',
    read: readStorefrontConfig,
    env: { SESSION_SIGNING_KEY: JSON.stringify(await exportJWK(privateKey)) },
  });
  return createApp({
    ...kit,
    cache: noCache,
    clients: Object.fromEntries(
      DEPENDENCIES.map(dependency => [
        dependency,
        ServiceClient.create({
          ...kit,
          dependency,
          baseUrl: 'http://none.invalid',
          env: {},
        }),
      ]),
    ) as Record<Dependency, ServiceClient>,
  });
}
