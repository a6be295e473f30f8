import { documentedParts, type ServiceApp } from '@shopfloor/service-kit';
import { readInventoryConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { createEvents } from './createEvents.ts';
import { createParts } from './createParts.ts';

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const kit = documentedParts({ name: 'inventory', read: readInventoryConfig });
  const parts = createParts(kit);
  const { consumer, refused } = createEvents({ ...kit, ledger: parts.ledger });
  return createApp({
    ...kit,
    parts,
    events: { consumers: [consumer], refused },
  });
}
