import { resolve } from 'path';
import { readFileSync } from 'fs';
import { declaredSlots } from '@shopfloor/plugin-secrets-common';
import { readPlatformFiles } from './main';
import { endedPath, usedPath } from './names';
import {
  TestPlatform,
  TEST_SERVICES,
  withPostgres,
} from './testUtils/TestPlatform';

jest.setTimeout(180_000);

const root = resolve(__dirname, '../../..');
const EXPORT = 'grant-production-orders-orders-export-read';
const DATABASE = 'grant-production-orders-orders-database-read';

describe("the platform's pipeline", () => {
  let platform: TestPlatform;

  beforeAll(async () => {
    platform = await TestPlatform.start();
  });
  afterAll(() => platform?.stop());

  const pinned = async (name: string) => {
    const texts = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 7].map(index =>
        platform.root.read(
          `sys/policies/acl/shopfloor-secrets-production-${index}`,
        ),
      ),
    );
    return texts.some(text =>
      text!.policy.includes(`path "sys/policies/acl/${name}" {`),
    );
  };

  it('changes nothing when it runs again, and plans nothing', async () => {
    expect(await platform.apply()).toEqual([]);
    expect(await platform.apply({ planOnly: true })).toEqual([]);
  });

  it('may run with an identity that reads no value', async () => {
    const policies = readPlatformFiles(root).policies;
    await platform.root.write('sys/policies/acl/platform-pipeline', {
      policy: policies.get('platform-pipeline'),
    });
    await platform.root.write('production/data/orders/export', {
      data: { key: 'v' },
    });
    const client = platform.bao.client(
      await platform.bao.token(
        policies.get('platform-pipeline')!,
        'platform-pipeline',
      ),
    );
    await platform.root.delete('sys/policies/acl/shopfloor-secrets');
    const changes = await platform.apply({ client });
    expect(changes.map(({ action, path }) => `${action} ${path}`)).toEqual([
      'create sys/policies/acl/shopfloor-secrets',
    ]);
    expect(await platform.apply({ client })).toEqual([]);
    for (const path of [
      'production/data/orders/export',
      'database-production/creds/orders-standard',
    ]) {
      await expect(client.read(path)).rejects.toMatchObject({ code: 'denied' });
    }
  });

  it('puts back what a hand changed, and says which lines', async () => {
    await platform.root.write('database-production/roles/orders-standard', {
      db_name: 'postgres',
      creation_statements: ['CREATE ROLE "{{name}}" SUPERUSER'],
    });
    const [planned] = await platform.apply({ planOnly: true });
    expect(planned).toMatchObject({
      action: 'update',
      path: 'database-production/roles/orders-standard',
    });
    expect(planned.diff).toContain(
      '- creation_statements = CREATE ROLE "{{name}}" SUPERUSER',
    );
    expect(await platform.apply()).toEqual([planned]);
    expect(await platform.apply()).toEqual([]);
  });

  it('gives a service what it has from the start, as a user of the database that acts as the owner', async () => {
    const policy = await platform.root.read(`sys/policies/acl/${DATABASE}-0`);
    expect(policy).toMatchObject({
      policy:
        'path "database-production/creds/orders-standard" {\n  capabilities = ["read"]\n}\n',
    });
    expect(policy).not.toHaveProperty('expiration');
    const token = await platform.bao.token(policy!.policy);
    const { body } = await platform.bao.client(token).request({
      method: 'GET',
      path: 'database-production/creds/orders-standard',
    });
    const { username, password } = body.data!;
    const who = () =>
      withPostgres(
        async client =>
          (await client.query('SELECT session_user, current_user')).rows[0],
        { user: username, password },
      );
    expect(await who()).toEqual({
      session_user: username,
      current_user: platform.owner,
    });
    // A connection that is open ends with the lease, too.
    await withPostgres(
      async client => {
        await platform.root.write('sys/leases/revoke', {
          lease_id: body.lease_id,
          sync: true,
        });
        await expect(client.query('SELECT 1')).rejects.toThrow();
      },
      { user: username, password },
    );
    await expect(who()).rejects.toThrow();
  });

  it('does not give it again once it was ended, and moves the window on', async () => {
    expect(await pinned(`${EXPORT}-3`)).toBe(true);
    expect(await pinned(`${EXPORT}-4`)).toBe(false);
    await platform.root.write(usedPath(`${EXPORT}-1`), { at: 'now' });
    await platform.root.write(endedPath(`${EXPORT}-1`), { at: 'now' });
    await platform.root.write(endedPath(`${DATABASE}-0`), { at: 'now' });
    await platform.root.delete(`sys/policies/acl/${DATABASE}-0`);
    await platform.root.delete(`auth/kubernetes-production/role/${DATABASE}-0`);
    await platform.apply();
    expect(await pinned(`${EXPORT}-1`)).toBe(false);
    expect(await pinned(`${EXPORT}-4`)).toBe(true);
    expect(await pinned(`${DATABASE}-0`)).toBe(false);
    expect(
      await platform.root.read(`sys/policies/acl/${DATABASE}-0`),
    ).toBeUndefined();
  });

  it('lets a grant of a declaration that is gone be removed, and nothing else', async () => {
    const name = 'grant-production-billing-orders-export-read-1';
    await platform.root.write(`sys/policies/acl/${name}`, {
      policy:
        'path "production/data/orders/export" { capabilities = ["read"] }',
    });
    const services = TEST_SERVICES.map(service => ({
      ...service,
      secrets: service.secrets.map(secret => ({ ...secret, readers: [] })),
    }));
    await platform.apply({ services });
    const portal = await platform.portal();
    await expect(
      portal.write(`sys/policies/acl/${name}`, { policy: 'path "a" {}' }),
    ).rejects.toMatchObject({ code: 'denied' });
    await portal.delete(`sys/policies/acl/${name}`);
    expect(await portal.read(`sys/policies/acl/${name}`)).toBeUndefined();
    await platform.apply();
  });

  it('lets exactly the people who are named authorise', async () => {
    const group = () =>
      platform.root.read('identity/group/name/secret-approvers');
    const before = (await group())!.member_entity_ids;
    expect(before).toHaveLength(1);
    await platform.apply({ approvers: ['chen', 'dana'] });
    expect((await group())!.member_entity_ids).toHaveLength(2);
    await platform.apply();
    expect((await group())!.member_entity_ids).toEqual(before);
  });

  it('refuses declarations that would share what has to be ended alone', async () => {
    const services = [
      {
        ...TEST_SERVICES[0],
        secrets: [{ ...TEST_SERVICES[0].secrets[0], readers: ['billing'] }],
      },
      TEST_SERVICES[1],
    ];
    await expect(platform.apply({ services })).rejects.toThrow(
      '"database" of orders has readers',
    );
    await expect(
      platform.apply({ environments: [{ name: 'a' }, { name: 'a-b' }] }),
    ).rejects.toThrow('"a" and "a-b"');
  });

  it('names the mount that is missing', async () => {
    await expect(
      platform.apply({ environments: [{ name: 'staging' }] }),
    ).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('database-staging/roles'),
    });
  });

  it('finishes what a crash left, wherever it was', async () => {
    const fresh = await TestPlatform.start();
    try {
      for (const path of [
        'sys/policies/acl/shopfloor-secrets',
        `sys/policies/acl/${DATABASE}-0`,
        'auth/approle/role/shopfloor-secrets',
        'database-production/roles/orders-standard',
      ]) {
        await fresh.root.delete(path);
        let written = 0;
        const client = fresh.bao.client();
        const write = client.write.bind(client);
        client.write = async (...parameters) => {
          written += 1;
          if (written === 2) throw new Error('killed');
          return write(...parameters);
        };
        await fresh.apply({ window: 5, client }).catch(() => undefined);
        await fresh.apply({ window: 5 });
        expect(await fresh.apply({ window: 5 })).toEqual([]);
      }
    } finally {
      await fresh.stop();
    }
  });

  it('waits for a server that is away or sealed', async () => {
    await platform.bao.stop();
    await expect(platform.apply()).rejects.toMatchObject({ code: 'away' });
  });
});

describe('the declarations of this repository', () => {
  const files = readPlatformFiles(root);

  it('are right, and no two accesses have one name', () => {
    expect(files.services.map(({ service }) => service)).toEqual([
      'cart',
      'customers',
      'fulfilment',
      'inventory',
      'messages',
      'orders',
      'payments',
      'product-search',
      'products',
      'storefront',
      'test-payment-provider',
    ]);
    for (const environment of ['production', 'staging']) {
      expect(
        declaredSlots({ environment, services: files.services }).length,
      ).toBeGreaterThanOrEqual(files.services.length);
    }
  });

  it('have the schema that editors use', () => {
    expect(
      JSON.parse(
        readFileSync(
          resolve(root, 'platform/vault/secrets.schema.json'),
          'utf8',
        ),
      ),
    ).toEqual(
      jest.requireActual('@shopfloor/plugin-secrets-common').declarationsSchema,
    );
  });
});
