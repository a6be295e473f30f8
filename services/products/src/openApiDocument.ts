import {
  createDocumentStore,
  documentedParts,
  RefusedEvents,
  type ServiceApp,
} from '@shopfloor/service-kit';
import { readProductsConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { DOCUMENT_SCHEMA } from './domain/productDocuments.ts';
import type { Feature } from './features.ts';

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(
  features: ReadonlySet<Feature>,
): Promise<ServiceApp> {
  const kit = documentedParts({ name: 'products', read: readProductsConfig });
  return createApp({
    ...kit,
    features,
    documents: await createDocumentStore({ ...kit, schema: DOCUMENT_SCHEMA }),
    events: { refused: RefusedEvents.create(kit) },
  });
}
