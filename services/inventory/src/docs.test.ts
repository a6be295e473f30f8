import { describeServiceDocs } from '@shopfloor/service-kit/src/testing/describeServiceDocs.ts';
import { inventoryConfigSpec, migrateConfigSpec } from './config.ts';
import { CONSUMED_TOPICS } from './events/handlers.ts';

describeServiceDocs({
  source: import.meta.dirname,
  configs: [inventoryConfigSpec, migrateConfigSpec],
  consumes: [{ group: 'inventory', topics: CONSUMED_TOPICS }],
});
