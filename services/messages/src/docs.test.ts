import { describeServiceDocs } from '@shopfloor/service-kit/src/testing/describeServiceDocs.ts';
import { messagesConfigSpec, migrateConfigSpec } from './config.ts';
import { CONSUMED_TOPICS, CONSUMER_GROUP } from './events/handlers.ts';

describeServiceDocs({
  source: import.meta.dirname,
  configs: [messagesConfigSpec, migrateConfigSpec],
  consumes: [{ group: CONSUMER_GROUP, topics: CONSUMED_TOPICS }],
});
