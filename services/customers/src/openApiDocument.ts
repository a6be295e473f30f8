import {
  documentedParts,
  refuse,
  type ServiceApp,
} from '@shopfloor/service-kit';
import { readCustomersConfig } from './config.ts';
import { createApp } from './createApp.ts';

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const { app } = await createApp({
    ...documentedParts({ name: 'customers', read: readCustomersConfig }),
    orders: { claim: refuse },
    holders: { export: refuse },
  });
  return app;
}
