import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  describeConfig,
  flag,
  fraction,
  integer,
  InvalidConfigurationError,
  loadConfig,
  oneOf,
  optionalUrl,
  secret,
  secretUrl,
  text,
} from './defineConfig.ts';
import { databaseConfigSpec, serviceConfigSpec } from './serviceConfig.ts';

const spec = {
  PORT: integer({ description: 'Port.', default: 8080, max: 65535 }),
  RATIO: fraction({ description: 'Ratio.', default: 0.5 }),
  ON: flag({ description: 'Switch.', default: false }),
  LEVEL: oneOf(['info', 'warn'], { description: 'Level.', default: 'info' }),
  NAME: text({ description: 'Name.' }),
  ENDPOINT: optionalUrl({ description: 'Endpoint.', protocols: ['http:'] }),
  DATABASE_URL: secretUrl({
    description: 'Database.',
    protocols: ['postgresql:'],
  }),
  KEY: secret({ description: 'Key.' }),
};

const complete = {
  NAME: 'a',
  DATABASE_URL: 'postgresql://u:hunter2@db/x',
  KEY: 'k',
};

function problemsOf(env: Record<string, string | undefined>): string[] {
  try {
    loadConfig(spec, env);
  } catch (error) {
    return [...(error as InvalidConfigurationError).problems];
  }
  return [];
}

describe('loadConfig', () => {
  it('fills in defaults and takes an empty variable as absent', () => {
    expect(loadConfig(spec, { ...complete, PORT: '', ENDPOINT: '' })).toEqual({
      ...complete,
      PORT: 8080,
      RATIO: 0.5,
      ON: false,
      LEVEL: 'info',
      ENDPOINT: undefined,
    });
  });

  it('parses each kind to its type and cannot be changed afterwards', () => {
    const config = loadConfig(spec, {
      ...complete,
      PORT: '1',
      RATIO: '0.25',
      ON: 'true',
      LEVEL: 'warn',
      ENDPOINT: 'http://collector:4318',
    });
    expect(config).toMatchObject({
      PORT: 1,
      RATIO: 0.25,
      ON: true,
      LEVEL: 'warn',
      ENDPOINT: 'http://collector:4318',
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('tells every problem of one start at once', () => {
    expect(
      problemsOf({
        PORT: '70000',
        RATIO: '2',
        ON: 'yes',
        LEVEL: 'loud',
        ENDPOINT: 'collector',
        DATABASE_URL: 'mysql://db/x',
      }),
    ).toEqual([
      'PORT must be between 0 and 65535, but is 70000',
      'RATIO must be between 0 and 1, but is "2"',
      'ON must be true or false, but is "yes"',
      'LEVEL must be one of info, warn, but is "loud"',
      'NAME is missing: Name.',
      'ENDPOINT must be a URL',
      'DATABASE_URL must be a URL that begins with postgresql:',
      'KEY is missing: Key.',
    ]);
  });

  it.each(['1.5', '0x10', '1e3', ' 1', 'NaN', '9007199254740993'])(
    'does not take %p as a whole number',
    value => {
      expect(problemsOf({ ...complete, PORT: value })).toHaveLength(1);
    },
  );

  it('never quotes a secret', () => {
    const problems = problemsOf({
      ...complete,
      DATABASE_URL: 'mysql://u:hunter2@db/x',
    });
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain('hunter2');
  });
});

describe('a key with a file', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'config-'));
    file = path.join(folder, 'url');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const problems = (env: Record<string, string>) => {
    try {
      loadConfig(databaseConfigSpec, env);
      return [];
    } catch (error) {
      return [...(error as InvalidConfigurationError).problems];
    }
  };

  it('takes its value from there, without the end of the line', () => {
    writeFileSync(file, 'postgresql://u:p@db/x\n');
    expect(
      loadConfig(databaseConfigSpec, { DATABASE_URL_FILE: file }),
    ).toMatchObject({
      DATABASE_URL: 'postgresql://u:p@db/x',
      DATABASE_URL_FILE: file,
    });
  });

  it('says what is wrong with the file, never what is in it', () => {
    expect(problems({ DATABASE_URL_FILE: file })).toEqual([
      `DATABASE_URL_FILE names ${file}, which cannot be read (ENOENT)`,
    ]);
    writeFileSync(file, 'mysql://u:hunter2@db/x');
    expect(problems({ DATABASE_URL_FILE: file })).toEqual([
      `The content of ${file} (DATABASE_URL_FILE) must be a URL that begins with postgresql: or postgres:`,
    ]);
    writeFileSync(file, '\n');
    expect(problems({ DATABASE_URL_FILE: file })).toEqual([
      expect.stringMatching(/^DATABASE_URL is missing/),
    ]);
  });

  it('is not given twice, or one of them would be ignored', () => {
    writeFileSync(file, 'postgresql://u:p@db/x');
    expect(
      problems({ DATABASE_URL: 'postgresql://db/y', DATABASE_URL_FILE: file }),
    ).toEqual([
      'DATABASE_URL and DATABASE_URL_FILE are both given; remove one of them',
    ]);
  });
});

describe('describeConfig', () => {
  it('says the default and unit of every key of every service', () => {
    const table = describeConfig({
      ...serviceConfigSpec,
      ...databaseConfigSpec,
    });
    expect(table).toContain('| `DRAIN_DELAY_MS` | integer (ms) | `2000` |');
    expect(table).toContain(
      '| `DATABASE_URL` | URL, secret | required, or `DATABASE_URL_FILE` |',
    );
    expect(table).toContain('| `OTEL_EXPORTER_OTLP_ENDPOINT` | URL | none |');
  });

  it('gives no secret a default', () => {
    for (const key of Object.values({
      ...serviceConfigSpec,
      ...databaseConfigSpec,
    })) {
      expect(key.secret && !key.required).toBe(false);
    }
  });
});
