import { describeServiceDocs } from '@shopfloor/service-kit/src/testing/describeServiceDocs.ts';
import { customersConfigSpec, migrateConfigSpec } from './config.ts';
import { CONSUMED_TOPICS, CONSUMER_GROUP } from './events/handlers.ts';

describeServiceDocs({
  source: import.meta.dirname,
  configs: [customersConfigSpec, migrateConfigSpec],
  consumes: [{ group: CONSUMER_GROUP, topics: CONSUMED_TOPICS }],
});
