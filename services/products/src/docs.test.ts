import {
  describeOwnConfig,
  withoutPadding,
} from '@shopfloor/service-kit/src/testing/describeOwnConfig.ts';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { migrateConfigSpec, productsConfigSpec } from './config.ts';

const service = path.resolve(import.meta.dirname, '..');
const docs = path.join(service, 'docs');

describe('the docs', () => {
  it('have every key of their service with its default and unit, and say which of the kit it has', async () => {
    const page = withoutPadding(
      await readFile(path.join(docs, 'configuration.md'), 'utf8'),
    );
    expect(page).toContain(
      withoutPadding(describeOwnConfig(productsConfigSpec)),
    );
    expect(page).toContain(
      withoutPadding(describeOwnConfig(migrateConfigSpec)),
    );
  });

  it('have every page that their contents name', async () => {
    const { nav } = parse(
      await readFile(path.join(service, 'mkdocs.yml'), 'utf8'),
    ) as { nav: Record<string, string>[] };
    for (const file of nav.flatMap(entry => Object.values(entry))) {
      expect(await readFile(path.join(docs, file), 'utf8')).toMatch(/^# /);
    }
  });
});
