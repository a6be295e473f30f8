import { describeServiceDocs } from '@shopfloor/service-kit/src/testing/describeServiceDocs.ts';
import { migrateConfigSpec, productSearchConfigSpec } from './config.ts';
import {
  CONSUMED_TOPICS,
  CONSUMER_GROUP,
  REPLAY_GROUP,
} from './events/handlers.ts';

describeServiceDocs({
  source: import.meta.dirname,
  configs: [productSearchConfigSpec, migrateConfigSpec],
  consumes: [CONSUMER_GROUP, REPLAY_GROUP].map(group => ({
    group,
    topics: CONSUMED_TOPICS,
  })),
});
