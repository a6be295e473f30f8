import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  describeOwnConfig,
  KIT_CONFIG_SPECS,
  withoutPadding,
} from '../testing/describeOwnConfig.ts';
import { describeConfig, integer } from './defineConfig.ts';
import { databaseConfigSpec, serviceConfigSpec } from './serviceConfig.ts';

describe('the README', () => {
  it.each(Object.keys(KIT_CONFIG_SPECS))(
    'has every key of %s with its default and unit',
    async group => {
      const readme = await readFile(
        path.resolve(import.meta.dirname, '../../README.md'),
        'utf8',
      );
      expect(withoutPadding(readme)).toContain(
        withoutPadding(
          `<!-- config:${group} --> ${describeConfig(KIT_CONFIG_SPECS[group])} <!-- /config:${group} -->`,
        ),
      );
    },
  );
});

describe('the page of a service', () => {
  it('names what it has of the kit and lists what is its own', () => {
    const own = {
      WAIT_MS: integer({ description: 'A wait.', default: 5, unit: 'ms' }),
      // Under the kit's name, but another key.
      BODY_LIMIT_BYTES: integer({ description: 'Large.', default: 9 }),
    };
    const page = describeOwnConfig({
      ...serviceConfigSpec,
      DATABASE_URL: databaseConfigSpec.DATABASE_URL,
      ...own,
    });
    expect(page).not.toMatch(/: service,/);
    expect(page).toMatch(/`PORT`, .*`DATABASE_URL`\.$/m);
    expect(
      page.endsWith(
        describeConfig({
          BODY_LIMIT_BYTES: own.BODY_LIMIT_BYTES,
          WAIT_MS: own.WAIT_MS,
        }),
      ),
    ).toBe(true);
    expect(describeOwnConfig(databaseConfigSpec)).toMatch(/: database\.$/);
    expect(describeOwnConfig({ WAIT_MS: own.WAIT_MS })).toBe(
      describeConfig({ WAIT_MS: own.WAIT_MS }),
    );
  });
});
