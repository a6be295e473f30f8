import {
  documentedParts,
  refuse,
  type ServiceApp,
} from '@shopfloor/service-kit';
import { readCartConfig } from './config.ts';
import { createApp } from './createApp.ts';

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const { app } = await createApp({
    ...documentedParts({ name: 'cart', read: readCartConfig }),
    products: { lookup: refuse },
    inventory: { availability: refuse },
  });
  return app;
}
