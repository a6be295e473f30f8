import { describeServiceDocs } from '@shopfloor/service-kit/src/testing/describeServiceDocs.ts';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { migrateConfigSpec, providerConfigSpec } from './config.ts';

describeServiceDocs({
  source: import.meta.dirname,
  configs: [providerConfigSpec, migrateConfigSpec],
  codes: /code:\s+(?:[^'`,]*\? *)?'([a-z_-]+)'/g,
});

it('the deployment says that it is a sample, and shows the outside pages alone', async () => {
  const read = (file: string) =>
    readFile(path.resolve(import.meta.dirname, '..', file), 'utf8');
  for (const document of parseAllDocuments(await read('catalog-info.yaml'))) {
    expect(document.toJS().metadata.annotations).toMatchObject({
      'shopfloor.dev/sample-data': 'true',
    });
  }
  const { callers } = parse(await read('deploy/values.yaml'));
  expect(
    callers.map((caller: { serviceAccount: string; paths: string[] }) => [
      caller.serviceAccount,
      caller.paths,
    ]),
  ).toEqual([
    ['payments', ['/api/*']],
    ['gateway', ['/pay/*', '/fields/*']],
  ]);
});
