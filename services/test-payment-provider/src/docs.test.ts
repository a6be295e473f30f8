import {
  describeOwnConfig,
  withoutPadding,
} from '@shopfloor/service-kit/src/testing/describeOwnConfig.ts';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { migrateConfigSpec, providerConfigSpec } from './config.ts';

const service = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFile(path.join(service, file), 'utf8');

describe('the docs', () => {
  it('have every key of their service with its default and unit, and say which of the kit it has', async () => {
    const page = withoutPadding(await read('docs/configuration.md'));
    expect(page).toContain(
      withoutPadding(describeOwnConfig(providerConfigSpec)),
    );
    expect(page).toContain(
      withoutPadding(describeOwnConfig(migrateConfigSpec)),
    );
  });

  it('have every page that their contents name', async () => {
    const { nav } = parse(await read('mkdocs.yml')) as {
      nav: Record<string, string>[];
    };
    for (const file of nav.flatMap(entry => Object.values(entry))) {
      expect(await read(`docs/${file}`)).toMatch(/^# /);
    }
  });

  it('name every problem code that there is', async () => {
    const page = await read('docs/api.md');
    const folders = ['domain', 'http'];
    const codes: string[] = [];
    for (const folder of folders) {
      for (const file of await readdir(path.join(service, 'src', folder))) {
        if (!file.endsWith('.test.ts')) {
          const text = await read(`src/${folder}/${file}`);
          codes.push(
            ...[...text.matchAll(/code:\s+(?:[^'`,]*\? *)?'([a-z_-]+)'/g)].map(
              ([, code]) => code,
            ),
          );
        }
      }
    }
    expect(codes.length).toBeGreaterThan(8);
    expect(codes.filter(code => !page.includes(code))).toEqual([]);
  });
});

describe('what is deployed', () => {
  it('says that it is a sample, and shows the outside pages alone', async () => {
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
});
