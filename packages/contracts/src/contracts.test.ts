import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createContractAjv } from './ajv.ts';
import {
  describeDifferences,
  findBreakingChanges,
  findUnmetExpectations,
} from './compatibility/schemaCompatibility.ts';
import {
  contractsFolder,
  publishableSchema,
  readExpectations,
  readFixtures,
  readPublished,
} from './contractFiles.ts';
import {
  type EventContract,
  eventCatalogue,
  eventTopicsOf,
  eventTypes,
  isEventType,
} from './events/catalogue.ts';
import { validateEvent } from './events/validateEvent.ts';

const repository = join(contractsFolder, '../..');
const ajv = createContractAjv();
const contractOf = (type: string) =>
  eventCatalogue[type as keyof typeof eventCatalogue] as EventContract;

/** What may never travel in an event: it would stay in logs that no erasure reaches. */
const PERSONAL =
  /^(e-?mail|phone|telephone|firstName|lastName|fullName|address|line1|line2|postalCode|city|birth.*|ip|token|cardNumber)$/i;

function propertyNames(schema: any): string[] {
  if (typeof schema !== 'object' || schema === null) {
    return [];
  }
  return [
    ...Object.keys(schema.properties ?? {}),
    ...Object.values(schema).flatMap(propertyNames),
  ];
}

describe.each(eventTypes)('%s', type => {
  const published = readPublished(type);
  const fixtures = readFixtures(type);

  it('is published as it stands; else: node packages/contracts/src/publish.ts', () => {
    expect(published.at(-1)?.content).toEqual(publishableSchema(type));
    expect(published.map(({ number }) => number)).toEqual(
      published.map((_, index) => index + 1),
    );
  });

  it('breaks no published revision', () => {
    for (const { content } of published) {
      expect(
        describeDifferences(
          findBreakingChanges(content, publishableSchema(type)),
        ),
      ).toEqual([]);
    }
  });

  it('has an event of each revision that is valid then and now', () => {
    expect(fixtures.map(({ number }) => number)).toEqual(
      published.map(({ number }) => number),
    );
    for (const { number, content } of fixtures) {
      expect(content.type).toBe(type);
      expect(validateEvent(content)).toEqual([]);
      const then = published[number - 1].content;
      const validate = createContractAjv().compile(then);
      expect(validate(content.data)).toBe(true);
      expect(contractOf(type).producers).toContain(content.source);
    }
  });

  it('carries ids, never personal data', () => {
    expect(
      propertyNames(contractOf(type).schema).filter(name =>
        PERSONAL.test(name),
      ),
    ).toEqual([]);
  });
});

describe('expectations of consumers', () => {
  const expectations = readExpectations();

  it.each(
    expectations.map(
      expectation =>
        [relative(contractsFolder, expectation.path), expectation] as const,
    ),
  )('%s holds for every published revision and event', (_, expectation) => {
    const { service, type, schema } = expectation;
    expect(isEventType(type)).toBe(true);
    expect(contractOf(type).consumers).toContain(service);
    for (const { content } of readPublished(type)) {
      expect(
        describeDifferences(findUnmetExpectations(content, schema)),
      ).toEqual([]);
    }
    const validate = ajv.compile(schema);
    for (const { content } of readFixtures(type)) {
      validate(content.data);
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  it('are committed by every service that handles a type', () => {
    const committed = new Set(
      expectations.map(({ service, type }) => `${service}/${type}`),
    );
    const handled = readdirSync(join(repository, 'services')).flatMap(service =>
      eventTypes
        .filter(type => handles(service, type))
        .map(type => ({ service, type })),
    );
    // Whoever handles a type stands in the catalogue, and so in shop.md.
    expect(
      handled.filter(
        ({ service, type }) => !contractOf(type).consumers.includes(service),
      ),
    ).toEqual([]);
    const missing = handled
      .map(({ service, type }) => `${service}/${type}`)
      .filter(name => !committed.has(name));
    expect(
      missing.map(name => `packages/contracts/consumers/${name}.schema.json`),
    ).toEqual([]);
  });
});

/** Whether a service has a handler of a type in its source. */
function handles(service: string, type: string): boolean {
  const folder = join(repository, 'services', service, 'src');
  if (!existsSync(folder)) {
    return false;
  }
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !/\.test\.ts$|testing/.test(name))
    .some(name =>
      readFileSync(join(folder, name), 'utf8').includes(`'${type}':`),
    );
}

describe('the catalogue', () => {
  it('is the table of docs/reference/shop.md', () => {
    const rows = readFileSync(
      join(repository, 'docs/reference/shop.md'),
      'utf8',
    )
      .split('\n')
      .map(line => line.split(/(?<!\\)\|/).map(cell => cell.trim()))
      .filter(cells => /^`shop\..*\.v\d+`$/.test(cells[2] ?? ''));
    const documented = rows.map(cells => ({
      type: cells[2].replaceAll('`', ''),
      topic: cells[1].replaceAll('`', ''),
      consumers: cells[4]
        .replaceAll(/\([^)]*\)/g, '')
        .split(',')
        .map(name => name.trim())
        .sort(),
      properties: [...cells[3].matchAll(/(?:^`\{|[,{]) *(\w+)\??/g)].map(
        match => match[1],
      ),
    }));
    expect(documented.map(({ properties: _, ...row }) => row)).toEqual(
      eventTypes.map(type => ({
        type,
        topic: contractOf(type).topic,
        consumers: [...contractOf(type).consumers].sort(),
      })),
    );
    for (const { type, properties } of documented) {
      expect(properties).toEqual(
        expect.arrayContaining(
          Object.keys((contractOf(type).schema as any).properties),
        ),
      );
    }
  });

  it('tells each service which topics it appends to and reads', () => {
    expect(eventTopicsOf('inventory')).toEqual({
      append: ['shop.stock'],
      consume: ['shop.products', 'shop.shipments'],
    });
    expect(eventTopicsOf('storefront')).toEqual({ append: [], consume: [] });
  });
});

describe('validateEvent', () => {
  const good = () =>
    structuredClone(readFixtures('shop.order.refunded.v1')[0].content);

  it.each<[string, (event: any) => void, string]>([
    [
      'another version of CloudEvents',
      e => (e.specversion = '0.3'),
      '/specversion',
    ],
    ['no data', e => delete e.data, "must have required property 'data'"],
    ['a time without zone', e => (e.time = '2026-11-23 17:41'), '/time'],
    [
      'a fraction of a cent',
      e => (e.data.amount.amount = 1.5),
      '/data/amount/amount must be integer',
    ],
    [
      'a currency in small letters',
      e => (e.data.amount.currency = 'eur'),
      '/data/amount/currency',
    ],
    ['an id that is none', e => (e.data.refundId = '7'), '/data/refundId'],
    [
      'a type nobody knows',
      e => (e.type = 'shop.order.eaten.v1'),
      'not in the catalogue',
    ],
  ])('names %s', (_, change, problem) => {
    const event = good();
    change(event);
    expect(validateEvent(event).join('; ')).toContain(problem);
  });

  it('lets a producer of tomorrow say more', () => {
    const event = good();
    event.data.more = 'news';
    event.another = 1;
    expect(validateEvent(event)).toEqual([]);
  });
});
