import {
  describeOwnConfig,
  withoutPadding,
} from '@shopfloor/service-kit/src/testing/describeOwnConfig.ts';
import { eventTopicsOf } from '@shopfloor/contracts';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { customersConfigSpec, migrateConfigSpec } from './config.ts';
import { CONSUMED_TOPICS, CONSUMER_GROUP } from './events/handlers.ts';

const service = path.resolve(import.meta.dirname, '..');
const docs = path.join(service, 'docs');
const read = (file: string) => readFile(path.join(service, file), 'utf8');

describe('the docs', () => {
  it('have every key of their service with its default and unit, and say which of the kit it has', async () => {
    const page = withoutPadding(await read('docs/configuration.md'));
    expect(page).toContain(
      withoutPadding(describeOwnConfig(customersConfigSpec)),
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

  it('have every code with which customers refuses', async () => {
    const page = await read('docs/api.md');
    const sources = await Promise.all(
      ['refusals'].map(name => read(`src/domain/${name}.ts`)),
    );
    const codes = [
      ...sources.join().matchAll(/(?:code: |\[\s*)'([a-z]+(?:-[a-z]+)+)'/g),
    ].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(10);
    for (const code of codes) {
      expect(page).toContain(`\`${code}\``);
    }
  });
});

describe('the deployment', () => {
  it('asks for exactly the topics of the contracts', async () => {
    const { events } = parse(await read('deploy/values.yaml'));
    const topics = eventTopicsOf('customers');
    expect(events.append).toEqual(topics.append);
    expect(events.consume).toEqual([
      { group: CONSUMER_GROUP, topics: [...CONSUMED_TOPICS] },
    ]);
    expect([...CONSUMED_TOPICS].sort()).toEqual([...topics.consume].sort());
  });

  it('lets in the callers of docs/reference/shop.md', async () => {
    const { callers } = parse(await read('deploy/values.yaml'));
    const table = await readFile(
      path.resolve(service, '../../docs/reference/shop.md'),
      'utf8',
    );
    const [, , calledBy] = /^\| `customers` +\|(.*)\|(.*)\|$/m.exec(table)!;
    expect(
      callers
        .map((caller: { serviceAccount: string }) => caller.serviceAccount)
        .sort(),
    ).toEqual(calledBy.trim().split(', ').sort());
  });
});
