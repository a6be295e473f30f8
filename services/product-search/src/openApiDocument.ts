import { documentedParts, type ServiceApp } from '@shopfloor/service-kit';
import { readProductSearchConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { createParts } from './createParts.ts';

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const kit = documentedParts({
    name: 'product-search',
    read: readProductSearchConfig,
  });
  return createApp({ ...kit, parts: await createParts(kit) });
}
