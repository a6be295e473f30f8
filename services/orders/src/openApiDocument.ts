import {
  documentedParts,
  refuse,
  type ServiceApp,
} from '@shopfloor/service-kit';
import type { Shop } from './clients/shopClients.ts';
import { readOrdersConfig } from './config.ts';
import { createApp } from './createApp.ts';

/** Refuses every call: the document needs none. */
const nobody = new Proxy({} as Shop, { get: () => refuse });

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const { app } = await createApp({
    ...documentedParts({ name: 'orders', read: readOrdersConfig }),
    shop: nobody,
  });
  return app;
}
