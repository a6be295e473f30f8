import { describeServiceDocs } from '@shopfloor/service-kit/src/testing/describeServiceDocs.ts';
import { migrateConfigSpec, productsConfigSpec } from './config.ts';

describeServiceDocs({
  source: import.meta.dirname,
  configs: [productsConfigSpec, migrateConfigSpec],
});
