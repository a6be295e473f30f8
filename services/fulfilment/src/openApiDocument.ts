import { documentedParts, type ServiceApp } from '@shopfloor/service-kit';
import { readFulfilmentConfig } from './config.ts';
import { createApp } from './createApp.ts';

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const { app } = await createApp(
    documentedParts({ name: 'fulfilment', read: readFulfilmentConfig }),
  );
  return app;
}
