import { describeServiceDocs } from '@shopfloor/service-kit/src/testing/describeServiceDocs.ts';
import { declaredRelations } from '@shopfloor/service-kit/src/testing/declaredRelations.ts';
import path from 'node:path';
import {
  DEPENDENCIES,
  migrateConfigSpec,
  storefrontConfigSpec,
} from './config.ts';

describeServiceDocs({
  source: import.meta.dirname,
  configs: [storefrontConfigSpec, migrateConfigSpec],
});

it('the storefront calls whom docs/reference/shop.md names', async () => {
  const { calls } = await declaredRelations(
    path.resolve(import.meta.dirname, '../../..'),
    'storefront',
  );
  expect([...DEPENDENCIES].sort()).toEqual([...calls].sort());
});
