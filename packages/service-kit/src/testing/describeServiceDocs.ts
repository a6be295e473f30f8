/* eslint-disable jest/no-export -- run by the test of every service */
import { eventTopicsOf } from '@shopfloor/contracts';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { ConfigSpec } from '../config/defineConfig.ts';
import { describeOwnConfig, withoutPadding } from './describeOwnConfig.ts';
import { declaredRelations } from './declaredRelations.ts';

/** Options of {@link describeServiceDocs}. */
export interface ServiceDocsOptions {
  /** The folder `src` of a service. */
  source: string;
  /** Of each of its programs. */
  configs: readonly ConfigSpec[];
  /** Groups by which it reads events. Default none. */
  consumes?: readonly { group: string; topics: readonly string[] }[];
  /** Finds codes of refusals, each in a group, beside those of errors that are made with one in place. */
  codes?: RegExp;
}

/** `new ConflictError({ code: 'id-reused', …`, or one of two by a condition. */
const CODES_OF_ERRORS =
  /new \w+Error\(\{\s*code:\s*(?:[^'`,;{}]*\?\s*)?'([a-z-]+)'(?:\s*:\s*'([a-z-]+)')?/g;

/** Folders whose text no program of a service has. */
const NOT_SERVED = /(^|\/)(testing|migrations|sample)\/|\.test\.ts$/;

/** Codes of the kit, explained there. */
const KIT_CODES = new Set(['validation-failed']);

/** The way in from outside, and the sample of a system that is none of the shop's. */
const OUTSIDERS = new Set(['gateway', 'test-payment-provider']);

/** What is written about a service, and how it is deployed, is what its code says. */
export function describeServiceDocs(options: ServiceDocsOptions): void {
  const service = path.resolve(options.source, '..');
  const name = path.basename(service);
  const read = (file: string) => readFile(path.join(service, file), 'utf8');

  async function codesOfSources(): Promise<string[]> {
    const files = await readdir(options.source, { recursive: true });
    const texts = await Promise.all(
      files
        .filter(file => file.endsWith('.ts') && !NOT_SERVED.test(file))
        .map(file => read(`src/${file}`)),
    );
    const patterns = [
      CODES_OF_ERRORS,
      ...(options.codes ? [options.codes] : []),
    ];
    return patterns
      .flatMap(pattern => [...texts.join('\n').matchAll(pattern)])
      .flatMap(([, ...found]) => found)
      .filter(code => code && !KIT_CODES.has(code));
  }

  describe('the docs', () => {
    it('have every key of their service with its default and unit, and say which of the kit it has', async () => {
      const page = withoutPadding(await read('docs/configuration.md'));
      for (const config of options.configs) {
        expect(page).toContain(withoutPadding(describeOwnConfig(config)));
      }
    });

    it('have every page that their contents name', async () => {
      const { nav } = parse(await read('mkdocs.yml')) as {
        nav: Record<string, string>[];
      };
      for (const file of nav.flatMap(entry => Object.values(entry))) {
        expect(await read(`docs/${file}`)).toMatch(/^# /);
      }
    });

    it('have every code with which the service refuses', async () => {
      const page = await read('docs/api.md');
      const codes = await codesOfSources();
      expect(codes.length).toBeGreaterThan(0);
      expect(codes.filter(code => !page.includes(`\`${code}\``))).toEqual([]);
    });
  });

  describe('the deployment', () => {
    it('may write and read exactly the topics of the contracts', async () => {
      const { events } = parse(await read('deploy/values.yaml'));
      const { append, consume } = eventTopicsOf(name);
      const consumes = options.consumes ?? [];
      expect([...(events?.append ?? [])].sort()).toEqual([...append].sort());
      expect(events?.consume ?? []).toEqual(
        consumes.map(({ group, topics }) => ({ group, topics: [...topics] })),
      );
      for (const { topics } of consumes) {
        expect([...topics].sort()).toEqual([...consume].sort());
      }
      expect(consumes.length > 0).toBe(consume.length > 0);
    });

    it('lets in exactly the services that docs/reference/shop.md names, and says in the catalog whom it calls', async () => {
      const { calls, calledBy } = await declaredRelations(
        path.resolve(service, '../..'),
        name,
      );
      const { callers } = parse(await read('deploy/values.yaml')) as {
        callers: { serviceAccount: string }[];
      };
      expect(
        callers
          .map(({ serviceAccount }) => serviceAccount)
          .filter(caller => !OUTSIDERS.has(caller))
          .sort(),
      ).toEqual([...calledBy].sort());
      const [component] = parseAllDocuments(
        await read('catalog-info.yaml'),
      ).map(document => document.toJS());
      expect(component).toMatchObject({
        kind: 'Component',
        metadata: { name },
        spec: {
          owner: expect.stringMatching(/^group:default\/./),
          system: expect.stringMatching(/./),
          providesApis: [name],
        },
      });
      expect(
        ((component.spec.consumesApis ?? []) as string[])
          .filter(api => !OUTSIDERS.has(api))
          .sort(),
      ).toEqual([...calls].sort());
    });
  });
}
