import { randomUUID } from 'crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { DefaultVaultClient, VaultClient } from '@shopfloor/vault-client';
import { TestBao } from '@shopfloor/vault-client/testUtils';
import { Client } from 'pg';
import { applyPlatform } from '../applyPlatform';
import { PORTAL_POLICY } from '../names';
import { PlatformChange, PlatformOptions, PlatformService } from '../types';

/** The password of everybody who signs in at a {@link TestPlatform}. */
const PASSWORD = 'test';

/** Two services of a shop: one may ask for a secret of the other. */
export const TEST_SERVICES: PlatformService[] = [
  {
    entityRef: 'component:default/orders',
    service: 'orders',
    secrets: [
      {
        name: 'database',
        title: { en: 'Database', zh: '数据库' },
        kind: 'database',
        class: 'standard',
        access: ['read'],
        readers: [],
      },
      {
        name: 'export',
        title: { en: 'Key of exports', zh: '导出密钥' },
        kind: 'kv',
        path: 'export',
        class: 'sensitive',
        access: ['read', 'write'],
        readers: ['billing'],
      },
      {
        name: 'seal',
        title: { en: 'Seal of orders', zh: '订单封印' },
        kind: 'transit',
        class: 'standard',
        access: ['encrypt', 'decrypt'],
        readers: [],
      },
    ],
  },
  {
    entityRef: 'component:default/billing',
    service: 'billing',
    secrets: [],
  },
];

/** A real OpenBao as the platform's pipeline leaves it, with databases on the real PostgreSQL of the test run. */
export class TestPlatform {
  readonly bao: TestBao;
  readonly root: VaultClient;
  /** The owner of the database of `orders`. */
  readonly owner: string;
  readonly #folder: string;
  readonly #manager: string;
  readonly #options: Omit<PlatformOptions, 'client' | 'planOnly'>;

  /**
   * @param options - `kubernetes`: configuration of the auth method of service accounts; without it nobody logs in there. `namespace`:
   * of the service accounts
   */
  static async start(
    options: {
      kubernetes?: Record<string, unknown>;
      namespace?: string;
    } = {},
  ): Promise<TestPlatform> {
    const id = randomUUID().slice(0, 8);
    const platform = new TestPlatform(await TestBao.start(), id, options);
    try {
      await platform.#setUp(options.kubernetes);
    } catch (error) {
      await platform.stop();
      throw error;
    }
    return platform;
  }

  private constructor(
    bao: TestBao,
    id: string,
    options: { namespace?: string },
  ) {
    this.bao = bao;
    this.root = bao.client();
    this.owner = `t${id}_orders`;
    this.#manager = `t${id}_manager`;
    this.#folder = mkdtempSync(join(tmpdir(), 'test-platform-'));
    this.#options = {
      services: TEST_SERVICES,
      environments: [{ name: 'production', namespace: options.namespace }],
      database: {
        connection: 'postgres',
        owner: `t${id}_<service>`,
        defaultTtl: '1h',
        maxTtl: '24h',
        statements: {
          creation: [
            `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE "<owner>"`,
            'ALTER ROLE "{{name}}" SET role TO "<owner>"',
          ],
          renew: [`ALTER ROLE "{{name}}" VALID UNTIL '{{expiration}}'`],
          revocation: [
            'ALTER ROLE "{{name}}" NOLOGIN',
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{name}}'`,
            'DROP ROLE IF EXISTS "{{name}}"',
          ],
        },
      },
      policies: new Map(),
      portal: { kind: 'approle', mount: 'approle' },
      approvers: ['chen'],
      peopleMount: 'oidc',
      seeds: ['database'],
      window: 3,
    };
  }

  /** Runs the pipeline, as root unless another client is given. */
  apply(change: Partial<PlatformOptions> = {}): Promise<PlatformChange[]> {
    return applyPlatform({ client: this.root, ...this.#options, ...change });
  }

  /** A client that logs in as the portal, with another way to send requests if one is given. */
  async portal(
    options: { fetch?: typeof globalThis.fetch } = {},
  ): Promise<DefaultVaultClient> {
    const role = `auth/approle/role/${PORTAL_POLICY}`;
    const id = await this.root.read(`${role}/role-id`);
    const { body } = await this.root.write(`${role}/secret-id`);
    const file = (name: string, text: string) => {
      const path = join(this.#folder, name);
      writeFileSync(path, text);
      return path;
    };
    return DefaultVaultClient.create({
      ...options,
      address: this.bao.address,
      auth: {
        kind: 'approle',
        mount: 'approle',
        roleIdFile: file('role-id', id!.role_id),
        secretIdFile: file('secret-id', body.data!.secret_id),
      },
    });
  }

  /** A client that signed in as a person. */
  async person(name: string): Promise<VaultClient> {
    await this.root.write(`auth/oidc/users/${name}`, { password: PASSWORD });
    const { body } = await this.root.write(`auth/oidc/login/${name}`, {
      password: PASSWORD,
    });
    return this.bao.client(body.auth!.client_token);
  }

  async stop(): Promise<void> {
    await this.root
      .write('sys/leases/revoke-force/database-production')
      .catch(() => undefined);
    await this.bao.stop();
    await withPostgres(async postgres => {
      const { rows } = await postgres.query<{ rolname: string }>(
        `SELECT m.rolname FROM pg_roles m JOIN pg_auth_members a ON a.member = m.oid
         JOIN pg_roles r ON r.oid = a.roleid WHERE r.rolname = $1`,
        [this.owner],
      );
      const names = [...rows.map(row => row.rolname), this.owner];
      for (const name of [...new Set([...names, this.#manager])]) {
        await postgres.query(
          `DROP ROLE IF EXISTS ${postgres.escapeIdentifier(name)}`,
        );
      }
    }).catch(() => undefined);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #setUp(kubernetes?: Record<string, unknown>): Promise<void> {
    const { root } = this;
    const mount = (path: string, body: object) =>
      root.write(`sys/mounts/${path}`, { ...body });
    await mount('production', { type: 'kv', options: { version: '2' } });
    await mount('transit-production', { type: 'transit' });
    await mount('database-production', { type: 'database' });
    await root.write('sys/auth/kubernetes-production', { type: 'kubernetes' });
    if (kubernetes) {
      await root.write('auth/kubernetes-production/config', kubernetes);
    }
    await root.write('sys/auth/approle', { type: 'approle' });
    // Passwords in place of a provider of OpenID: what people may do is the same.
    await root.write('sys/auth/oidc', { type: 'userpass' });
    const password = randomUUID();
    await withPostgres(async postgres => {
      await postgres.query(`CREATE ROLE ${this.owner} NOLOGIN`);
      await postgres.query(
        `CREATE ROLE ${this.#manager} LOGIN CREATEROLE PASSWORD '${password}'`,
      );
      await postgres.query(
        `GRANT ${this.owner} TO ${this.#manager} WITH ADMIN OPTION`,
      );
      await postgres.query(`GRANT pg_signal_backend TO ${this.#manager}`);
    });
    const { host } = new URL(process.env.SHOPFLOOR_TEST_POSTGRES_URL!);
    await root.write('database-production/config/postgres', {
      plugin_name: 'postgresql-database-plugin',
      allowed_roles: '*',
      connection_url: `postgresql://{{username}}:{{password}}@${host}/postgres?sslmode=disable`,
      username: this.#manager,
      password,
    });
    await this.apply();
  }
}

/** Does something with the PostgreSQL of the test run as its administrator. */
export async function withPostgres<T>(
  work: (client: Client) => Promise<T>,
  change: { user?: string; password?: string } = {},
): Promise<T> {
  const url = new URL(process.env.SHOPFLOOR_TEST_POSTGRES_URL!);
  url.username = change.user ?? url.username;
  url.password = change.password ?? url.password;
  const client = new Client({ connectionString: url.toString() });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
