import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { TestBao } from '@shopfloor/vault-client/testUtils';
import { environments, orders } from '../__testUtils__/environments';
import { isEndless, isOverdue } from './readLease';
import { readVaultConfig, VaultCollector } from './VaultCollector';

jest.setTimeout(120_000);

const never = new AbortController().signal;
const HOUR = 3_600_000;

/** What the documentation asks for, and nothing else. */
const POLICY = `
path "sys/leases/lookup/database/creds/*" { capabilities = ["list", "sudo"] }
path "sys/leases/lookup" { capabilities = ["update"] }
`;

describe('leases', () => {
  const at = (text: string) => Date.parse(`2026-11-26T${text}Z`);
  const lease = {
    issue_time: '2026-11-26T10:00:00Z',
    expire_time: '2026-11-26T11:00:00Z',
    renewable: true,
  };

  it.each<[string, object, string, boolean]>([
    // 60 minutes: the last 6 are late.
    ['just issued', {}, '10:00:00', false],
    ['with a tenth left', {}, '10:54:00', false],
    ['with less than a tenth left', {}, '10:54:01', true],
    ['that ended', {}, '11:30:00', true],
    [
      'renewed until twelve',
      {
        last_renewal: '2026-11-26T10:50:00Z',
        expire_time: '2026-11-26T12:00:00Z',
      },
      '10:55:00',
      false,
    ],
    ['that cannot be renewed', { renewable: false }, '10:59:00', false],
    ['without an end', { expire_time: null }, '10:59:00', false],
  ])('%s', (_, change, now, overdue) => {
    expect(isOverdue({ ...lease, ...change }, at(now))).toBe(overdue);
  });

  it('are endless when they have no time to end at', () => {
    expect(isEndless({ ...lease, expire_time: null })).toBe(true);
    expect(isEndless(lease)).toBe(false);
  });
});

describe('the collector of Vault', () => {
  let bao: TestBao;
  let token: string;

  const collector = (
    options: {
      environments?: string[];
      url?: string;
      tokenFile?: string;
      ahead?: number;
    } = {},
  ) =>
    new VaultCollector({
      environments,
      connections: readVaultConfig(
        new ConfigReader({
          checks: {
            vault: (options.environments ?? ['production']).map(
              environment => ({
                environment,
                url: options.url ?? bao.address,
                ...(options.tokenFile
                  ? { tokenFile: options.tokenFile }
                  : { token }),
              }),
            ),
          },
        }),
      ),
      now: () => Date.now() + (options.ahead ?? 0),
    });
  const look = async (of: VaultCollector, where = 'production') =>
    (await of.collect({ entity: orders(where), signal: never }))[0];

  beforeAll(async () => {
    bao = await TestBao.start();
    const root = bao.client();
    const postgres = new URL(process.env.SHOPFLOOR_TEST_POSTGRES_URL!);
    await root.write('sys/mounts/database', { type: 'database' });
    await root.write('database/config/postgres', {
      plugin_name: 'postgresql-database-plugin',
      allowed_roles: '*',
      connection_url: `postgresql://{{username}}:{{password}}@${postgres.host}/postgres?sslmode=disable`,
      username: postgres.username,
      password: decodeURIComponent(postgres.password) || 'none',
    });
    await root.write('database/roles/orders', {
      db_name: 'postgres',
      creation_statements: `create role "{{name}}" login password '{{password}}' valid until '{{expiration}}'`,
      default_ttl: '1h',
      max_ttl: '24h',
    });
    token = await bao.token(POLICY);
  });

  afterAll(async () => {
    // Its roles go with it.
    await bao?.client().write('sys/leases/revoke-force/database/creds/orders');
    await bao?.stop();
  });

  it('sees no lease, then that it is held, then that nobody renewed it', async () => {
    const value = {
      environment: 'production',
      prefix: 'database/creds/orders',
    };
    expect(await look(collector())).toMatchObject({
      source: 'vault:production',
      value: [{ ...value, held: false, overdue: 0, endless: 0 }],
    });
    const issued = await bao.client().read('database/creds/orders');
    expect(await look(collector())).toMatchObject({
      value: [{ ...value, held: true, overdue: 0, endless: 0 }],
    });
    const late = await look(collector({ ahead: 0.95 * HOUR }));
    expect(late).toMatchObject({
      value: [{ ...value, held: true, overdue: 1, endless: 0 }],
    });
    // Nothing of the credential is in what is kept.
    expect(JSON.stringify(late)).not.toContain(issued!.password);
    expect(JSON.stringify(late)).not.toContain(issued!.username);
  });

  it('cannot read a secret with the token that it is given', async () => {
    for (const path of [
      'database/creds/orders',
      'sys/mounts',
      'secret/data/a',
    ]) {
      const { status } = await fetch(`${bao.address}/v1/${path}`, {
        headers: { 'x-vault-token': token },
      });
      expect([path, status]).toEqual([path, 403]);
    }
  });

  it('reads a token from its file at each look, and says when it is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'checks-vault-'));
    const tokenFile = join(folder, 'token');
    const reader = collector({ tokenFile });
    await expect(look(reader)).rejects.toMatchObject({
      name: 'SourceUnavailableError',
      message: `The token of Vault is not in ${tokenFile} (ENOENT)`,
    });
    await writeFile(tokenFile, 'of-before');
    await expect(look(reader)).rejects.toMatchObject({
      message: `Vault at ${bao.address} answered 403`,
    });
    await writeFile(tokenFile, `${token}\n`);
    expect(await look(reader)).toMatchObject({
      value: [{ environment: 'production' }],
    });
    await rm(folder, { recursive: true });
  });

  it('says which environment is not connected, and how to connect it', async () => {
    expect(await look(collector(), 'production,staging')).toMatchObject({
      unknown: {
        en: expect.stringMatching(
          /^Not connected: the Vault of staging\. Set checks\.vault/,
        ),
        zh: expect.stringContaining('staging'),
      },
    });
  });

  it('names the Vault that does not answer, or refuses', async () => {
    await expect(
      look(collector({ url: 'http://127.0.0.1:1' })),
    ).rejects.toMatchObject({
      name: 'SourceUnavailableError',
      source: 'vault:production',
      message: expect.stringContaining('connection refused'),
    });
    token = 'wrong';
    await expect(look(collector())).rejects.toMatchObject({
      message: `Vault at ${bao.address} answered 403`,
    });
  });

  it('refuses a configuration that makes no sense', () => {
    const config = (...vault: object[]) =>
      new ConfigReader({ checks: { vault: vault as never } });
    const one = { environment: 'a', url: 'http://a', token: 't' };
    expect(() => readVaultConfig(config(one, one))).toThrow(
      'checks.vault: a stands there twice',
    );
    expect(() => readVaultConfig(config({ ...one, url: 'ftp://a' }))).toThrow(
      '"ftp://a" is not an http address',
    );
    for (const tokens of [{ token: undefined }, { tokenFile: '/a' }]) {
      expect(() => readVaultConfig(config({ ...one, ...tokens }))).toThrow(
        'either token or tokenFile',
      );
    }
  });
});
