import {
  describeOwnConfig,
  withoutPadding,
} from '@shopfloor/service-kit/src/testing/describeOwnConfig.ts';
import { eventTopicsOf } from '@shopfloor/contracts';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { messagesConfigSpec, migrateConfigSpec } from './config.ts';
import { CONSUMED_TOPICS, CONSUMER_GROUP } from './events/handlers.ts';

const service = path.resolve(import.meta.dirname, '..');
const docs = path.join(service, 'docs');
const read = (file: string) => readFile(path.join(service, file), 'utf8');

describe('the docs', () => {
  it('have every key of their service with its default and unit, and say which of the kit it has', async () => {
    const page = withoutPadding(await read('docs/configuration.md'));
    expect(page).toContain(
      withoutPadding(describeOwnConfig(messagesConfigSpec)),
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

  it('name every problem code that the domain has', async () => {
    const page = await read('docs/api.md');
    const sources = await Promise.all(
      ['http/messageRoutes', 'webhooks/WebhookService'].map(name =>
        read(`src/${name}.ts`),
      ),
    );
    const named = [...sources.join().matchAll(/code: '([a-z-]+)'/g)].map(
      ([, code]) => code,
    );
    expect(named.length).toBeGreaterThan(4);
    for (const code of named) {
      expect(page).toContain(`\`${code}\``);
    }
  });
});

describe('what is deployed', () => {
  it('may write and read the topics that the contracts say, and no other', async () => {
    const { events } = parse(await read('deploy/values.yaml'));
    const { append, consume } = eventTopicsOf('messages');
    expect(events.append.sort()).toEqual(append.sort());
    expect(events.consume).toEqual([
      { group: CONSUMER_GROUP, topics: [...CONSUMED_TOPICS] },
    ]);
    expect([...CONSUMED_TOPICS].sort()).toEqual(consume.sort());
  });

  it('is in the catalog with its owner, system and what it depends on', async () => {
    const [component] = parseAllDocuments(await read('catalog-info.yaml')).map(
      document => document.toJS(),
    );
    expect(component).toMatchObject({
      kind: 'Component',
      metadata: { name: 'messages' },
      spec: {
        owner: 'group:default/messaging-team',
        system: 'messaging',
        providesApis: ['messages'],
        consumesApis: ['orders'],
      },
    });
  });
});
