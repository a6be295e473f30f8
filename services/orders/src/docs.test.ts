import { describeServiceDocs } from '@shopfloor/service-kit/src/testing/describeServiceDocs.ts';
import { migrateConfigSpec, ordersConfigSpec } from './config.ts';
import { TOPICS } from './events/handlers.ts';

describeServiceDocs({
  source: import.meta.dirname,
  configs: [ordersConfigSpec, migrateConfigSpec],
  consumes: [{ group: 'orders', topics: TOPICS }],
});
