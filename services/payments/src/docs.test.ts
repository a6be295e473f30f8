import { describeServiceDocs } from '@shopfloor/service-kit/src/testing/describeServiceDocs.ts';
import { eventTopicsOf } from '@shopfloor/contracts';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { migrateConfigSpec, paymentsConfigSpec } from './config.ts';

describeServiceDocs({
  source: import.meta.dirname,
  configs: [paymentsConfigSpec, migrateConfigSpec],
  consumes: [{ group: 'payments', topics: eventTopicsOf('payments').consume }],
  codes: /code:\s+(?:[^'`,]*\? *)?'([a-z_-]+)'/g,
});

it('the deployment lets providers reach webhooks alone', async () => {
  const { callers, gateway } = parse(
    await readFile(
      path.resolve(import.meta.dirname, '../deploy/values.yaml'),
      'utf8',
    ),
  );
  expect(gateway).toEqual({ expose: true, prefix: 'hooks' });
  const paths = Object.fromEntries(
    callers.map((caller: { serviceAccount: string; paths: string[] }) => [
      caller.serviceAccount,
      caller.paths,
    ]),
  );
  expect(paths).toEqual({
    orders: ['/payments', '/payments/*'],
    customers: ['/exports/*'],
    gateway: ['/webhooks/*'],
    'test-payment-provider': ['/webhooks/*'],
  });
});
