import {
  describeOwnConfig,
  withoutPadding,
} from '@shopfloor/service-kit/src/testing/describeOwnConfig.ts';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import {
  DEPENDENCIES,
  migrateConfigSpec,
  storefrontConfigSpec,
} from './config.ts';

const service = path.resolve(import.meta.dirname, '..');
const docs = path.join(service, 'docs');
const read = (file: string) => readFile(path.join(service, file), 'utf8');

describe('the docs', () => {
  it('have every key of their service with its default and unit, and say which of the kit it has', async () => {
    const page = withoutPadding(await read('docs/configuration.md'));
    expect(page).toContain(
      withoutPadding(describeOwnConfig(storefrontConfigSpec)),
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
      expect(await readFile(path.join(docs, file), 'utf8')).toMatch(/^# /);
    }
  });
});

describe('who calls whom', () => {
  it('is the same in the shop’s contract, the code and the catalog', async () => {
    const table = await readFile(
      path.resolve(service, '../../docs/reference/shop.md'),
      'utf8',
    );
    const [, calls] = /^\| `storefront` +\|(.*)\|.*\|$/m.exec(table)!;
    expect([...DEPENDENCIES].sort()).toEqual(calls.trim().split(', ').sort());
    const [component] = parseAllDocuments(await read('catalog-info.yaml')).map(
      document => document.toJS(),
    );
    expect(component.spec.consumesApis).toEqual([...DEPENDENCIES]);
  });
});
