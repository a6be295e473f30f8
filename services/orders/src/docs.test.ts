import { describeConfig } from '@shopfloor/service-kit';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { ordersConfigSpec, migrateConfigSpec } from './config.ts';

const service = path.resolve(import.meta.dirname, '..');
const docs = path.join(service, 'docs');

/** Tables are compared without the padding that a formatter adds. */
function plain(table: string): string {
  return table.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
}

describe('the docs', () => {
  it('have every key with its default and unit', async () => {
    const page = plain(
      await readFile(path.join(docs, 'configuration.md'), 'utf8'),
    );
    expect(page).toContain(plain(describeConfig(ordersConfigSpec)));
    expect(page).toContain(plain(describeConfig(migrateConfigSpec)));
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
