import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { ConfigSources, loadConfigSchema } from '@backstage/config-loader';
import { repositoryRoot } from '@shopfloor/repository-reader';
import { assertFitToStart, findWeaknesses } from './hardening/startupGuard';

jest.setTimeout(120_000);

const env: Record<string, string> = {
  SHOPFLOOR_REPOSITORY_URL: 'file:///repository',
  SHOPFLOOR_PORTAL_PORT: '7007',
  SHOPFLOOR_SECRETS_PORT: '7208',
  SHOPFLOOR_POSTGRES_PORT: '7032',
  SHOPFLOOR_SECRETS_DB_USER: 'secrets',
  SHOPFLOOR_SECRETS_DB_PASSWORD: 'k7Qz2mX9vB4n',
  SHOPFLOOR_VAULT_URL: 'http://127.0.0.1:7200',
  SHOPFLOOR_VAULT_ROLE_ID_FILE: '/run/role-id',
  SHOPFLOOR_VAULT_SECRET_ID_FILE: '/run/secret-id',
  SHOPFLOOR_SECRETS_KUBERNETES_TOKEN: 'k7Qz2mX9vB4n',
  SHOPFLOOR_KUBERNETES_URL: 'https://127.0.0.1:7443',
  SHOPFLOOR_KUBERNETES_CA_DATA: 'Q0E=',
  SHOPFLOOR_PROMETHEUS_URL: 'http://127.0.0.1:7090',
  SHOPFLOOR_GATEWAY_PORT: '8080',
};

const production: Record<string, string> = {
  ...env,
  SHOPFLOOR_PORTAL_URL: 'https://portal.larkfield.example',
  SHOPFLOOR_PORTAL_INTERNAL_URL: 'http://portal:7007',
  SHOPFLOOR_SECRETS_BACKEND_URL: 'http://secrets-backend:7008',
  SHOPFLOOR_POSTGRES_HOST: 'db.larkfield.example',
  SHOPFLOOR_VAULT_URL: 'https://vault.larkfield.example',
  SHOPFLOOR_VAULT_UI_URL: 'https://vault-ui.larkfield.example',
  SHOPFLOOR_VAULT_POD_URL: 'https://vault.vault.svc:8200',
  SHOPFLOOR_GATEWAY_URL: 'https://shop.larkfield.example',
  SHOPFLOOR_ORGANIZATION: 'Larkfield Market',
};

async function load(kind: 'sandbox' | 'production' = 'sandbox') {
  const root = repositoryRoot();
  const values = kind === 'sandbox' ? env : production;
  const source = ConfigSources.default({
    rootDir: root,
    argv: ['', `.${kind}`, '.secrets', `.secrets.${kind}`].flatMap(name => [
      '--config',
      join(root, `app-config${name}.yaml`),
    ]),
    env: {},
    substitutionFunc: async key => values[key],
  });
  return ConfigSources.toConfig(source);
}

/** The schemas of what the process loads; Backstage also collects those of what only tests of its plugins load. */
async function runtimeSchema() {
  const loaded = runtimeDependencies('secrets-backend', repositoryRoot());
  expect(loaded).toContain('@shopfloor/plugin-secrets-backend');
  const all = await loadConfigSchema({ dependencies: ['secrets-backend'] });
  const { schemas, ...rest } = all.serialize();
  return loadConfigSchema({
    noUndeclaredProperties: false,
    serialized: {
      ...rest,
      schemas: (schemas as Array<{ packageName: string }>).filter(
        ({ packageName }) => loaded.has(packageName),
      ),
    } as never,
  });
}

/** The package and all that it depends on, development aside. */
function runtimeDependencies(
  name: string,
  from: string,
  found = new Set<string>(),
): Set<string> {
  if (found.has(name)) {
    return found;
  }
  let path: string;
  try {
    path = require.resolve(`${name}/package.json`, { paths: [from] });
  } catch {
    // It exports no package.json, so Backstage finds no schema in it either.
    return found;
  }
  found.add(name);
  const { dependencies = {} } = JSON.parse(readFileSync(path, 'utf8'));
  for (const each of Object.keys(dependencies)) {
    runtimeDependencies(each, dirname(path), found);
  }
  return found;
}

describe('the configuration of the secrets backend', () => {
  it.each(['sandbox', 'production'] as const)(
    'of %s fits the schemas, and is fit to start',
    async kind => {
      const config = await load(kind);
      const schema = await runtimeSchema();
      expect(() =>
        schema.process([{ data: config.get() as never, context: kind }]),
      ).not.toThrow();
      expect(() => assertFitToStart(config)).not.toThrow();
    },
  );

  it('of production says how browsers and pods reach Vault, each with its own address', async () => {
    const vault = (await load('production')).getConfig('secrets.vault');
    expect(
      ['address', 'uiUrl', 'podAddress'].map(key => vault.getString(key)),
    ).toEqual([
      'https://vault.larkfield.example',
      'https://vault-ui.larkfield.example',
      'https://vault.vault.svc:8200',
    ]);
  });

  it('listens on its own port, with its own role, and finds the others in the portal', async () => {
    const config = await load();
    expect(config.getNumber('backend.listen.port')).toBe(7208);
    expect(config.getString('backend.listen.host')).toBe('127.0.0.1');
    expect(config.getString('backend.database.connection.user')).toBe(
      'secrets',
    );
    const endpoints = config.getConfigArray('discovery.endpoints');
    const of = (plugin: string) =>
      endpoints.findLast(each =>
        each.getStringArray('plugins').includes(plugin),
      )!;
    expect(of('*').getString('target')).toBe(
      'http://127.0.0.1:7007/api/{{pluginId}}',
    );
    expect(of('secrets').getString('target.internal')).toBe(
      'http://127.0.0.1:7208/api/{{pluginId}}',
    );
    expect(
      config
        .getConfigArray('secrets.environments')
        .map(each => [
          each.getString('name'),
          each.getOptionalBoolean('freeForm'),
        ]),
    ).toEqual([
      ['production', undefined],
      ['staging', undefined],
    ]);
  });
});

describe('the secrets backend refuses to start', () => {
  const fit = {
    permission: { enabled: true },
    shopfloor: { hardened: true },
    backend: {
      database: { client: 'pg', connection: { user: 'secrets' } },
    },
    discovery: {
      endpoints: [
        { plugins: ['*'], target: 'https://portal/api/{{pluginId}}' },
        { plugins: ['secrets'], target: 'https://secrets/api/{{pluginId}}' },
      ],
    },
    secrets: {
      vault: {
        address: 'https://vault',
        auth: { kubernetes: { role: 'r', tokenFile: 'f' } },
      },
    },
  };
  const weaknesses = (changes: object) =>
    findWeaknesses(new ConfigReader({ ...fit, ...changes } as never));

  it('with permissions off, hardened or not', () => {
    for (const permission of [undefined, { enabled: false }]) {
      expect(() =>
        assertFitToStart(new ConfigReader({ permission } as never)),
      ).toThrow(/permissions are off/);
    }
    expect(() =>
      assertFitToStart(new ConfigReader(fit as never)),
    ).not.toThrow();
  });

  it.each([
    [
      'a Vault without TLS',
      { secrets: { vault: { ...fit.secrets.vault, address: 'http://v' } } },
      'secrets.vault.address',
    ],
    [
      'no way to sign in',
      { secrets: { vault: { address: 'https://vault' } } },
      'secrets.vault.auth',
    ],
    [
      'a token in the configuration',
      { secrets: { vault: { ...fit.secrets.vault, token: 'x' } } },
      'secrets.vault.token',
    ],
    [
      'the superuser',
      {
        backend: {
          database: { client: 'pg', connection: { user: 'postgres' } },
        },
      },
      'connection.user',
    ],
    ['no discovery', { discovery: { endpoints: [] } }, 'discovery.endpoints'],
  ])('hardened, with %s', (_, changes, words) => {
    expect(weaknesses({})).toEqual([]);
    const found = weaknesses(changes);
    expect(found.join(' ')).toContain(words);
    expect(() =>
      assertFitToStart(new ConfigReader({ ...fit, ...changes } as never)),
    ).toThrow(words);
  });
});
