import {
  composePlan,
  GrantPlan,
  mountsOf,
} from '@shopfloor/plugin-secrets-common';
import {
  isVaultError,
  VaultClient,
  VaultRequest,
} from '@shopfloor/vault-client';
import { GRANTS_MOUNT, pinPolicyOf } from '@shopfloor/vault-platform';
import { TestPlatform } from '@shopfloor/vault-platform/testUtils';

jest.setTimeout(120_000);

/**
 * What somebody who has the portal's token could try. Each is refused by the server, whatever the portal's own code would do.
 */
describe("with the portal's own token", () => {
  let platform: TestPlatform;
  let portal: VaultClient;
  let plan: GrantPlan;
  let policyPath: string;
  let rolePath: string;

  beforeAll(async () => {
    platform = await TestPlatform.start();
    portal = await platform.portal();
    plan = composePlan({
      mounts: mountsOf('production'),
      tier: 'pinned',
      subject: {
        kind: 'service-account',
        namespace: 'production',
        name: 'orders',
      },
      owner: 'orders',
      secret: { kind: 'kv', path: 'export', declared: 'export' },
      access: ['read'],
      number: 1,
      ttlSeconds: 3600,
    });
    policyPath = `sys/policies/acl/${plan.name}`;
    rolePath = `auth/kubernetes-production/role/${plan.name}`;
    await platform.root.write('production/data/orders/export', {
      data: { key: 'value' },
    });
    await platform.root.write('sys/policies/acl/powerful', {
      policy: 'path "*" { capabilities = ["read", "sudo"] }',
    });
  });
  afterAll(() => platform?.stop());

  const attempt = async (request: VaultRequest): Promise<string> => {
    try {
      await portal.request(request);
      return 'done';
    } catch (error) {
      if (isVaultError(error)) return error.code;
      throw error;
    }
  };
  const post = (path: string, body: Record<string, unknown> = {}) =>
    attempt({ method: 'POST', path, body });

  it('everything that a grant needs can be done', async () => {
    const body = { policy: plan.policy.text, ttl: '60s' };
    expect(await post(policyPath, body)).toBe('done');
    expect(await post(rolePath, plan.role.parameters)).toBe('done');
    expect(await attempt({ method: 'DELETE', path: rolePath })).toBe('done');
    expect(await attempt({ method: 'DELETE', path: policyPath })).toBe('done');
  });

  it.each<[string, VaultRequest['method'], string]>([
    ['a value', 'GET', 'production/data/orders/export'],
    ['a version of a value', 'GET', 'production/data/orders/export?version=1'],
    [
      'a user of the database',
      'GET',
      'database-production/creds/orders-standard',
    ],
    [
      'the connection of the database',
      'GET',
      'database-production/config/postgres',
    ],
    [
      'the root user of the database',
      'POST',
      'database-production/rotate-root/postgres',
    ],
    [
      'a key of transit',
      'GET',
      'transit-production/export/encryption-key/orders-seal',
    ],
    [
      'a text that transit sealed',
      'POST',
      'transit-production/decrypt/orders-seal',
    ],
    ['mounts', 'GET', 'sys/mounts'],
    ['auth methods', 'GET', 'sys/auth'],
    ['audit devices', 'GET', 'sys/audit'],
    ['accessors of tokens', 'LIST', 'auth/token/accessors'],
    ['entities', 'LIST', 'identity/entity/id'],
    ['the own role', 'GET', 'auth/approle/role/shopfloor-secrets'],
    [
      'the own secret ids',
      'LIST',
      'auth/approle/role/shopfloor-secrets/secret-id',
    ],
    [
      'the configuration of the cluster',
      'GET',
      'auth/kubernetes-production/config',
    ],
    ['raw storage', 'GET', 'sys/raw/core/keyring'],
    ['a snapshot', 'GET', 'sys/storage/raft/snapshot'],
  ])('nobody reads %s', async (_, method, path) => {
    expect(await attempt({ method, path })).toBe('denied');
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['a value', 'production/data/orders/export', { data: { key: 'x' } }],
    [
      'a policy of another name',
      'sys/policies/acl/mine',
      { policy: 'path "*" {}', ttl: '60s' },
    ],
    [
      'its own policy',
      'sys/policies/acl/shopfloor-secrets',
      { policy: 'path "*" { capabilities = ["sudo"] }' },
    ],
    [
      'its own pins',
      `sys/policies/acl/${pinPolicyOf('production', 'orders')}`,
      { policy: 'path "*" {}' },
    ],
    ['a policy by the old path', 'sys/policy/mine', { policy: 'path "*" {}' }],
    [
      'a pin by the old path',
      'sys/policy/grant-production-orders-orders-export-read-1',
      { policy: 'path "*" {}' },
    ],
    [
      'a grant far ahead',
      'sys/policies/acl/grant-production-orders-orders-export-read-99',
      { policy: 'path "*" {}', ttl: '60s' },
    ],
    [
      'a role of another name',
      'auth/kubernetes-production/role/mine',
      {
        bound_service_account_names: 'orders',
        bound_service_account_namespaces: 'production',
        token_policies: 'powerful',
      },
    ],
    [
      'a role where it logs in itself',
      'auth/approle/role/mine',
      { token_policies: 'powerful' },
    ],
    [
      'its own role',
      'auth/approle/role/shopfloor-secrets',
      { token_policies: 'powerful' },
    ],
    [
      'its own policies',
      'auth/approle/role/shopfloor-secrets/policies',
      { token_policies: 'powerful' },
    ],
    ['another secret id', 'auth/approle/role/shopfloor-secrets/secret-id', {}],
    [
      'a secret id of its choice',
      'auth/approle/role/shopfloor-secrets/custom-secret-id',
      { secret_id: 'x' },
    ],
    ['a token', 'auth/token/create', { policies: ['powerful'] }],
    ['a child of its token', 'auth/token/create', {}],
    ['an orphan', 'auth/token/create-orphan', {}],
    [
      'a role of tokens',
      'auth/token/roles/mine',
      { allowed_policies: 'powerful' },
    ],
    ['an entity', 'identity/entity', { name: 'mine', policies: ['powerful'] }],
    ['a name of an entity', 'identity/entity-alias', { name: 'orders' }],
    ['a group', 'identity/group', { name: 'mine', policies: ['powerful'] }],
    [
      'the group of approvers',
      'identity/group/name/secret-approvers',
      { member_entity_ids: [] },
    ],
    [
      'a user of the people',
      'auth/oidc/users/mine',
      { password: 'x', token_policies: 'powerful' },
    ],
    ['a mount', 'sys/mounts/mine', { type: 'kv' }],
    ['an auth method', 'sys/auth/mine', { type: 'userpass' }],
    [
      'where the cluster is',
      'auth/kubernetes-production/config',
      { kubernetes_host: 'http://127.0.0.1:1' },
    ],
    [
      'a role of the database',
      'database-production/roles/orders-standard',
      {
        db_name: 'postgres',
        creation_statements: 'CREATE ROLE "{{name}}" SUPERUSER',
      },
    ],
    [
      'a connection of the database',
      'database-production/config/mine',
      { plugin_name: 'postgresql-database-plugin' },
    ],
    ['a key of transit', 'transit-production/keys/mine', {}],
    ['an audit device', 'sys/audit/mine', { type: 'file' }],
    ['a plugin', 'sys/plugins/catalog/secret/mine', { command: 'x' }],
    [
      'the metadata of a value',
      'production/metadata/orders/export',
      { max_versions: 1 },
    ],
    ['a version back', 'production/undelete/orders/export', { versions: [1] }],
    ['leases of others', 'sys/leases/revoke-prefix/auth', {}],
    [
      'all leases of the database',
      'sys/leases/revoke-prefix/database-production',
      {},
    ],
    [
      'leases by force',
      'sys/leases/revoke-force/database-production/creds/orders-standard',
      {},
    ],
    ['a sealed server', 'sys/seal', {}],
  ])('nobody writes %s', async (_, path, body) => {
    expect(await post(path, body)).toBe('denied');
  });

  it.each<[string, () => Record<string, unknown>]>([
    [
      'other text',
      () => ({ policy: 'path "*" { capabilities = ["read"] }', ttl: '60s' }),
    ],
    [
      'more text',
      () => ({ policy: `${plan.policy.text}\npath "a" {}\n`, ttl: '60s' }),
    ],
    ['a blank more', () => ({ policy: `${plan.policy.text} `, ttl: '60s' })],
    [
      'the text in base64',
      () => ({
        policy: Buffer.from(plan.policy.text).toString('base64'),
        ttl: '60s',
      }),
    ],
    ['no end', () => ({ policy: plan.policy.text })],
    ['nothing', () => ({})],
    [
      'a date in place of a time',
      () => ({ policy: plan.policy.text, expiration: '2099-01-01T00:00:00Z' }),
    ],
    [
      'more parameters',
      () => ({
        policy: plan.policy.text,
        ttl: '60s',
        allow_wildcards_in_identity_templates: true,
      }),
    ],
    ['a list', () => ({ policy: [plan.policy.text], ttl: '60s' })],
  ])('the policy of a pin takes no %s', async (_, body) => {
    expect(await post(policyPath, body())).toBe('denied');
    expect(
      await attempt({ method: 'PUT', path: policyPath, body: body() }),
    ).toBe('denied');
  });

  it('the policy of a pin is refused a time that is none', async () => {
    for (const ttl of ['0', '0s', '-1s', '']) {
      const body = { policy: plan.policy.text, ttl };
      expect([ttl, await post(policyPath, body)]).toEqual([ttl, 'refused']);
    }
  });

  it.each<[string, Record<string, unknown>]>([
    ['another account', { bound_service_account_names: 'portal' }],
    ['a second account', { bound_service_account_names: 'orders,portal' }],
    ['every account', { bound_service_account_names: '*' }],
    [
      'a list of accounts',
      { bound_service_account_names: ['orders', 'portal'] },
    ],
    ['the same account as a list', { bound_service_account_names: ['orders'] }],
    ['another namespace', { bound_service_account_namespaces: 'staging' }],
    [
      'namespaces by their labels',
      { bound_service_account_namespace_selector: '{}' },
    ],
    ['another policy', { token_policies: 'powerful' }],
    [
      'a second policy',
      {
        token_policies: 'grant-production-orders-orders-export-read-1,powerful',
      },
    ],
    ['a policy under its old name', { policies: 'powerful' }],
    ['a longer token', { token_ttl: '36000' }],
    ['a token without end', { token_period: '60' }],
    ['a token that is not counted', { token_type: 'batch' }],
    ['another audience', { audience: 'istio-ca' }],
    [
      'another name in identities',
      { alias_name_source: 'serviceaccount_name' },
    ],
  ])('the role of a pin takes no %s', async (_, change) => {
    expect(await post(rolePath, { ...plan.role.parameters, ...change })).toBe(
      'denied',
    );
  });

  it('the role of a pin takes no fewer parameters', async () => {
    for (const name of Object.keys(plan.role.parameters)) {
      const { [name]: _, ...fewer } = plan.role.parameters;
      expect([name, await post(rolePath, fewer)]).toEqual([name, 'denied']);
    }
  });

  it('what was used and has ended stays so', async () => {
    for (const what of ['used', 'ended']) {
      const path = `${GRANTS_MOUNT}/${what}/grant-x-1`;
      expect(await post(path, { at: 'now' })).toBe('done');
      expect(await post(path, { at: 'later' })).toBe('denied');
      expect(await attempt({ method: 'DELETE', path })).toBe('denied');
      expect(await post(`${path}-2`, { value: 'x' })).toBe('denied');
    }
  });

  describe('and a write that waits', () => {
    const text = 'path "production/data/orders/*" { capabilities = ["read"] }';
    const path = 'sys/policies/acl/cg-production-mine-1';

    it('nobody authorises what he asked for, not even as an approver', async () => {
      const { body } = await portal.write(path, { policy: text });
      const { accessor, token } = body.wrap_info!;
      const authorise = () => post('sys/control-group/authorize', { accessor });
      expect(await authorise()).toBe('denied');
      expect(
        await attempt({
          method: 'POST',
          path: 'sys/wrapping/unwrap',
          body: {},
          token,
        }),
      ).toBe('refused');
      // Even if somebody makes the portal an approver, the server knows who asked.
      const self = await portal.read('auth/token/lookup-self');
      const group = 'identity/group/name/secret-approvers';
      const { member_entity_ids: before } = (await platform.root.read(group))!;
      await platform.root.write(group, {
        policies: ['secret-approver'],
        member_entity_ids: [...before, self!.entity_id],
      });
      expect(await authorise()).not.toBe('done');
      await platform.root.write(group, { member_entity_ids: before });
      expect(await platform.root.read(path)).toBeUndefined();
    });

    it('stays as it was authorised', async () => {
      const { body } = await portal.write(path, { policy: text });
      const { accessor, token } = body.wrap_info!;
      const chen = await platform.person('chen');
      await chen.write('sys/control-group/authorize', { accessor });
      const wider = 'path "*" { capabilities = ["read", "sudo"] }';
      await portal.request({
        method: 'POST',
        path: 'sys/wrapping/unwrap',
        body: { policy: wider },
        token,
      });
      expect((await platform.root.read(path))!.policy).toBe(text);
      // And the next write waits again.
      const again = await portal.write(path, { policy: wider });
      expect(again.body.wrap_info).toBeTruthy();
      expect((await platform.root.read(path))!.policy).toBe(text);
    });

    it('an approver can do nothing else', async () => {
      const chen = await platform.person('chen');
      for (const each of ['production/data/orders/export', policyPath]) {
        await expect(chen.read(each)).rejects.toMatchObject({ code: 'denied' });
      }
    });

    it('names of other environments are not reached', async () => {
      for (const each of [
        'sys/policies/acl/cg-staging-mine-1',
        'sys/policies/acl/cg-mine',
        'auth/kubernetes-production/role/cg-staging-mine-1',
      ]) {
        expect(await post(each, { policy: text })).toBe('denied');
      }
    });
  });
});
