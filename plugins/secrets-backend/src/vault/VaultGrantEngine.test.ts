import { randomUUID } from 'crypto';
import {
  composePlan,
  driftOf,
  GrantPlan,
  mountsOf,
  withTtl,
} from '@shopfloor/plugin-secrets-common';
import { isVaultError, VaultClient } from '@shopfloor/vault-client';
import { endedPath, pendingPath, usedPath } from '@shopfloor/vault-platform';
import {
  TestPlatform,
  withPostgres,
} from '@shopfloor/vault-platform/testUtils';
import { prove } from '@shopfloor/secret-proof';
import { TestCluster } from '../__testUtils__/TestCluster';
import { ProofRunner } from '../kubernetes/ProofRunner';
import { VaultGrantEngine } from './VaultGrantEngine';

jest.setTimeout(240_000);

const mounts = mountsOf('production');
const HOUR = 3600;

describe('the engine of Vault', () => {
  let cluster: TestCluster;
  let platform: TestPlatform;
  let portal: VaultClient;
  let engine: VaultGrantEngine;
  /** Next number of each slot. */
  const numbers = new Map<string, number>();

  /** The proof without the Job: the same program, with a token of the account from the real API server. */
  const proofs: ProofRunner = {
    run: async order => {
      const report = await prove({
        address: platform.bao.address,
        mount: order.mount,
        role: order.role,
        jwt: await cluster.accountToken(order.serviceAccount),
        probes: order.probes,
        deadlineMs: 20_000,
      });
      if ('error' in report) {
        throw new Error(report.error);
      }
      return {
        report,
        job: { namespace: order.namespace, name: 'in-process', uid: '0' },
      };
    },
  };

  const engineWith = (beforeStep?: (step: string) => void) =>
    VaultGrantEngine.create({
      client: portal,
      proofs,
      uiUrl: 'http://vault/ui',
      beforeStep,
      environments: [
        {
          mounts,
          cluster: { name: 'test', url: cluster.url, caData: cluster.caData },
        },
      ],
    });

  const planFor = (
    kind: 'export' | 'database' | 'export-of-billing',
    number?: number,
  ): GrantPlan => {
    const next = number ?? (numbers.get(kind) ?? 0) + 1;
    numbers.set(kind, Math.max(next, numbers.get(kind) ?? 0));
    return composePlan({
      mounts,
      tier: 'pinned',
      subject: {
        kind: 'service-account',
        namespace: cluster.namespace,
        name: kind === 'export-of-billing' ? 'billing' : 'orders',
      },
      owner: 'orders',
      secret:
        kind === 'database'
          ? { kind: 'database', path: 'orders-standard', declared: 'database' }
          : { kind: 'kv', path: 'export', declared: 'export' },
      access: ['read'],
      number: next,
      ttlSeconds: HOUR,
    });
  };
  const freeForm = (path = `free-${randomUUID().slice(0, 8)}`) =>
    composePlan({
      mounts,
      tier: 'control-group',
      subject: {
        kind: 'service-account',
        namespace: cluster.namespace,
        name: 'orders',
      },
      owner: 'orders',
      secret: { kind: 'kv', path },
      access: ['read'],
      number: 1,
      ttlSeconds: HOUR,
    });

  /** Logs in as the account of a plan. */
  const login = async (plan: GrantPlan): Promise<VaultClient> => {
    const { body } = await platform.root.write(
      `auth/${plan.role.mount}/login`,
      {
        role: plan.role.name,
        jwt: await cluster.accountToken(
          plan.role.parameters.bound_service_account_names,
        ),
      },
    );
    return platform.bao.client(body.auth!.client_token);
  };
  const reads = async (client: VaultClient, plan: GrantPlan) => {
    try {
      await client.read(plan.allows[0].path);
      return true;
    } catch (error) {
      if (isVaultError(error, 'denied')) return false;
      throw error;
    }
  };

  beforeAll(async () => {
    cluster = await TestCluster.start();
    platform = await TestPlatform.start({
      kubernetes: cluster.vaultConfig(),
      namespace: cluster.namespace,
    });
    portal = await platform.portal();
    engine = engineWith();
    await platform.root.write('production/data/orders/export', {
      data: { key: 'value' },
    });
  });
  afterAll(async () => {
    await platform?.stop();
    await cluster?.stop();
  });
  // Windows move on as in a pipeline that runs now and then.
  beforeEach(() => platform.apply());

  it('switches on what is pinned, proves it, gives it longer, and ends it for living tokens', async () => {
    const plan = planFor('export');
    expect(await engine.pinned(plan)).toBe(true);
    expect(await engine.read(plan)).toEqual({});
    expect(await engine.apply(plan, { base: {} })).toEqual({
      state: 'applied',
    });
    const state = await engine.read(plan);
    expect(state.policy).toBe(plan.policy.text);
    const service = await login(plan);
    expect(await reads(service, plan)).toBe(true);

    const proof = await engine.prove(plan, { after: 'apply' });
    expect(proof.results.filter(({ found }) => found === 'allow')).toEqual([
      {
        path: 'production/data/orders/export',
        capability: 'read',
        expected: 'allow',
        found: 'allow',
      },
    ]);
    expect(proof.held).toBe(true);
    expect(proof.results.length).toBeGreaterThan(4);

    const expires = async () =>
      Date.parse(
        (await platform.root.read(`sys/policies/acl/${plan.name}`))!.expiration,
      );
    const before = await expires();
    expect(before - Date.now()).toBeGreaterThan(0.9 * HOUR * 1000);
    await engine.renew(plan, { ttlSeconds: 3 * HOUR });
    expect((await expires()) - before).toBeGreaterThan(1.9 * HOUR * 1000);

    expect((await engine.revoke(plan)).steps).toEqual([
      'end the name',
      'remove the policy',
      'remove the role',
      'read back',
    ]);
    expect(await reads(service, plan)).toBe(false);
    await expect(login(plan)).rejects.toMatchObject({ code: 'refused' });
    expect(await engine.prove(plan, { after: 'revoke' })).toMatchObject({
      held: true,
    });
    // Again, as after a crash.
    expect((await engine.revoke(plan)).steps).toHaveLength(4);
  });

  it('never uses a name again', async () => {
    const plan = planFor('export');
    await engine.apply(plan, { base: {} });
    await engine.revoke(plan);
    expect(await engine.pinned(plan)).toBe(false);
    await expect(engine.apply(plan, { base: {} })).rejects.toThrow(
      /has ended; a name is never used again/,
    );
    await expect(engine.renew(plan, { ttlSeconds: HOUR })).rejects.toThrow(
      /has ended/,
    );
    await platform.apply();
    // Not even without the engine, once the pipeline ran.
    await expect(
      portal.write(`sys/policies/acl/${plan.name}`, {
        policy: plan.policy.text,
        ttl: '60s',
      }),
    ).rejects.toMatchObject({ code: 'denied' });
    for (const path of [usedPath(plan.name), endedPath(plan.name)]) {
      await expect(portal.write(path, { at: 'x' })).rejects.toMatchObject({
        code: 'denied',
      });
      await expect(portal.delete(path)).rejects.toMatchObject({
        code: 'denied',
      });
    }
  });

  it('is ended by the server when its time is over', async () => {
    const plan = planFor('export-of-billing');
    await engine.apply(plan, { base: {} });
    const service = await login(plan);
    expect(await reads(service, plan)).toBe(true);
    // What the portal writes at the last does not matter: nobody but the server acts from here on.
    await portal.write(`sys/policies/acl/${plan.name}`, {
      policy: plan.policy.text,
      ttl: '2s',
    });
    const deadline = Date.now() + 30_000;
    while ((await reads(service, plan)) && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 250));
    }
    expect(await reads(service, plan)).toBe(false);
    expect(await engine.read(plan)).not.toHaveProperty('policy');
  });

  it('ends what was leased from the database, open connections too', async () => {
    const seeded = planFor('database', 0);
    const plan = planFor('database');
    await engine.apply(plan, { base: {} });
    const service = await login(plan);
    const { body } = await service.request({
      method: 'GET',
      path: 'database-production/creds/orders-standard',
    });
    const user = {
      user: body.data!.username,
      password: body.data!.password,
    };
    // What the platform gave from the start gives the same: its leases must not end with this grant.
    expect((await engine.revoke(plan)).steps).toContain(
      `leave the leases to the tokens, since ${seeded.name} gives the same`,
    );
    await withPostgres(async connection => {
      expect((await engine.revoke(seeded)).steps).toContain('end the leases');
      await expect(connection.query('SELECT 1')).rejects.toThrow();
    }, user);
    await expect(withPostgres(async () => {}, user)).rejects.toThrow();
    await platform.apply();
    // The pipeline does not bring it back.
    expect(await engine.read(seeded)).toEqual({});
  });

  describe('goes on after a crash before any step', () => {
    const cut = (at: number) => {
      let seen = 0;
      const steps: string[] = [];
      return {
        steps,
        engine: engineWith(step => {
          steps.push(step);
          seen += 1;
          if (seen === at) throw new Error(`killed before: ${step}`);
        }),
      };
    };

    it.each([1, 2, 3, 4])('of applying (%d)', async at => {
      const plan = planFor('export');
      const first = cut(at);
      await expect(first.engine.apply(plan, { base: {} })).rejects.toThrow(
        'killed before',
      );
      expect(await engine.apply(plan, { base: {} })).toEqual({
        state: 'applied',
      });
      expect(await reads(await login(plan), plan)).toBe(true);
      // And it is no other time later.
      expect(await engine.apply(plan, { base: {} })).toEqual({
        state: 'applied',
      });
      await engine.revoke(plan);
    });

    it.each([1, 2])('of renewing (%d)', async at => {
      const plan = planFor('export');
      await engine.apply(plan, { base: {} });
      await expect(
        cut(at).engine.renew(plan, { ttlSeconds: 2 * HOUR }),
      ).rejects.toThrow('killed before');
      await engine.renew(plan, { ttlSeconds: 2 * HOUR });
      expect(await reads(await login(plan), plan)).toBe(true);
      await engine.revoke(plan);
    });

    it.each([1, 2, 3, 4])('of revoking (%d)', async at => {
      const plan = planFor('export');
      await engine.apply(plan, { base: {} });
      const service = await login(plan);
      await expect(cut(at).engine.revoke(plan)).rejects.toThrow(
        'killed before',
      );
      // The pipeline may run in between.
      await platform.apply();
      await engine.revoke(plan);
      expect(await reads(service, plan)).toBe(false);
      expect(await engine.read(plan)).toEqual({});
    });

    it('was tried before every step there is', async () => {
      const plan = planFor('export');
      const applied = cut(99);
      await applied.engine.apply(plan, { base: {} });
      const revoked = cut(99);
      await revoked.engine.revoke(plan);
      expect([applied.steps.length, revoked.steps.length]).toEqual([4, 4]);
    });
  });

  it('writes nothing over what is neither the base nor the plan', async () => {
    const plan = planFor('export');
    const foreign = { policy: 'path "a" { capabilities = ["read"] }' };
    await platform.root.write(`sys/policies/acl/${plan.name}`, foreign);
    const result = await engine.apply(plan, { base: {} });
    expect(result).toEqual({ state: 'base-changed', found: foreign });
    expect(await engine.read(plan)).toEqual(foreign);
    // It was decided about: then it is replaced.
    expect(await engine.apply(plan, { base: foreign })).toEqual({
      state: 'applied',
    });
    // Somebody widens the role by hand.
    const role = `auth/kubernetes-production/role/${plan.name}`;
    await platform.root.write(role, {
      ...plan.role.parameters,
      token_period: '1h',
    });
    expect(await engine.apply(plan, { base: {} })).toMatchObject({
      state: 'base-changed',
    });
    await expect(engine.renew(plan, { ttlSeconds: HOUR })).rejects.toThrow(
      'is not at Vault as it was granted',
    );
    await engine.revoke(plan);
  });

  it('sees a role that somebody widened, and puts it back though killed before any step', async () => {
    const plan = planFor('export');
    await engine.apply(plan, { base: {} });
    const path = `auth/kubernetes-production/role/${plan.name}`;
    const drift = async () => driftOf(plan, await engine.read(plan), '');
    expect(await drift()).toBeUndefined();
    const seen: string[] = [];
    for (const [killedAt, [field, value]] of [
      ['token_period', '1h'],
      [
        'bound_service_account_namespace_selector',
        '{"matchLabels":{"team":"a"}}',
      ],
      ['alias_name_source', 'serviceaccount_name'],
      ['period', '1h'],
    ].entries()) {
      await platform.root.write(path, {
        ...plan.role.parameters,
        [field]: value,
      });
      expect(await drift()).toMatchObject({
        what: 'role',
        widened: expect.arrayContaining([field]),
      });
      let steps = 0;
      const killed = engineWith(step => {
        if (steps === killedAt) throw new Error(`killed before: ${step}`);
        steps += 1;
      });
      const first = killed.apply(plan, { base: await engine.read(plan) });
      seen.push(await first.then(String, ({ message }: Error) => message));
      expect(
        await engine.apply(plan, { base: await engine.read(plan) }),
      ).toEqual({ state: 'applied' });
      expect(await drift()).toBeUndefined();
      expect(await reads(await login(plan), plan)).toBe(true);
    }
    expect(seen).toEqual([
      'killed before: mark the name as used',
      'killed before: remove the widened role',
      'killed before: write the role',
      'killed before: read back',
    ]);
    await engine.revoke(plan);
  });

  it('sees a policy that somebody wrote without its end, and gives it one again', async () => {
    const plan = planFor('export');
    await engine.apply(plan, { base: {} });
    const path = `sys/policies/acl/${plan.name}`;
    await platform.root.write(path, { policy: plan.policy.text });
    const found = await engine.read(plan);
    expect(found.policy).toContain('# It has no end');
    // Nor does space around the text hide it.
    await platform.root.write(path, { policy: `${plan.policy.text}\n` });
    expect(driftOf(plan, await engine.read(plan), '')?.what).toBe('policy');
    await platform.root.write(path, { policy: plan.policy.text });
    expect(await engine.apply(plan, { base: {} })).toMatchObject({
      state: 'base-changed',
    });
    await engine.apply(plan, { base: found });
    expect(await engine.read(plan)).toMatchObject({ policy: plan.policy.text });
    expect(await platform.root.read(path)).toHaveProperty('expiration');
    await engine.revoke(plan);
  });

  it('leaves what has no end to the platform', async () => {
    const plan = planFor('export');
    const endless = {
      ...plan,
      policy: { ...plan.policy, ttlSeconds: undefined },
    };
    await expect(engine.apply(endless, { base: {} })).rejects.toMatchObject({
      name: 'NotAllowedError',
      message: expect.stringContaining('run the pipeline'),
    });
    expect(await engine.read(plan)).toEqual({});
  });

  it('knows what is not pinned', async () => {
    expect(await engine.pinned(planFor('export', 900))).toBe(false);
    const plan = planFor('export');
    for (const other of [
      { ...plan, policy: { ...plan.policy, text: `${plan.policy.text} ` } },
      {
        ...plan,
        role: {
          ...plan.role,
          parameters: { ...plan.role.parameters, audience: 'other' },
        },
      },
    ]) {
      expect(await engine.pinned(other)).toBe(false);
      await expect(engine.apply(other, { base: {} })).rejects.toMatchObject({
        name: 'NotAllowedError',
      });
    }
  });

  it('asks somebody else for what nobody declared, and goes on in another process', async () => {
    const plan = freeForm();
    expect(await engine.pinned(plan)).toBe(true);
    const first = await engine.apply(plan, { base: {} });
    expect(first).toMatchObject({
      state: 'waiting-authorisation',
      text: expect.stringContaining(plan.policy.text),
    });
    // It asks once, from whichever process.
    // Its end is the same however long it waits, so what is left of the time does not make it another.
    expect(
      await engineWith().apply(withTtl(plan, HOUR - 5), { base: {} }),
    ).toEqual(first);
    expect(await engine.read(plan)).toEqual({});

    const chen = await platform.person('chen');
    const dana = await platform.person('dana');
    const authorise = (who: VaultClient, accessor: string) =>
      who.write('sys/control-group/authorize', { accessor });
    const accessor = 'accessor' in first ? first.accessor : '';
    await expect(authorise(dana, accessor)).rejects.toMatchObject({
      code: 'denied',
    });
    await expect(authorise(portal, accessor)).rejects.toMatchObject({
      code: 'denied',
    });
    // The approver sees the text at the server, not in the portal.
    const seen = await chen.write('sys/control-group/request', { accessor });
    expect(seen.body.data).toMatchObject({
      approved: false,
      request_path: `sys/policies/acl/${plan.name}`,
      request_data: {
        policy: plan.policy.text,
        expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    });
    await authorise(chen, accessor);
    const second = await engineWith().apply(plan, { base: {} });
    expect(second).toMatchObject({
      state: 'waiting-authorisation',
      text: expect.stringContaining('bound_service_account_names = orders'),
    });
    await authorise(chen, 'accessor' in second ? second.accessor : '');
    expect(await engine.apply(plan, { base: {} })).toEqual({
      state: 'applied',
    });
    expect(await reads(await login(plan), plan)).toBe(true);
    expect(await engine.prove(plan, { after: 'apply' })).toMatchObject({
      held: true,
    });
    expect(await portal.read(pendingPath(plan.name, 'policy'))).toBeUndefined();

    // Another end is another thing to authorise, by a login of somebody else; nothing moves before.
    const endsAt = async () =>
      Date.parse(
        (await platform.root.read(`sys/policies/acl/${plan.name}`))!.expiration,
      );
    const end = await endsAt();
    expect(
      await engine.renew(plan, { ttlSeconds: 3 * HOUR, mayAsk: false }),
    ).toEqual({ state: 'not-authorised' });
    const third = await engine.renew(plan, { ttlSeconds: 3 * HOUR });
    expect(third).toMatchObject({
      state: 'waiting-authorisation',
      text: expect.stringContaining('expiration = '),
    });
    expect(
      await engineWith().renew(plan, { ttlSeconds: 3 * HOUR - 5 }),
    ).toEqual(third);
    const renewal = 'accessor' in third ? third.accessor : '';
    for (const who of [dana, portal]) {
      await expect(authorise(who, renewal)).rejects.toMatchObject({
        code: 'denied',
      });
    }
    expect(await endsAt()).toBe(end);
    await authorise(chen, renewal);
    // A process dies before each step; what was authorised once is written once, and asked for once.
    for (const at of ['write the policy', 'read back', 'forget what waited']) {
      const dying = engineWith(step => {
        if (step.startsWith(at)) throw new Error('killed');
      });
      await expect(dying.renew(plan, { ttlSeconds: 3 * HOUR })).rejects.toThrow(
        /killed/,
      );
    }
    expect(await engine.renew(plan, { ttlSeconds: 3 * HOUR })).toEqual({
      state: 'renewed',
    });
    expect(await endsAt()).toBeGreaterThan(end + 1.9 * HOUR * 1_000);
    expect(await portal.read(pendingPath(plan.name, 'policy'))).toBeUndefined();
    // Less time than there is needs nobody.
    expect(await engine.renew(plan, { ttlSeconds: HOUR })).toEqual({
      state: 'renewed',
    });
    expect(await reads(await login(plan), plan)).toBe(true);
    await engine.revoke(plan);
    expect(await engine.read(plan)).toEqual({});
  });

  it('gives a person what an approver authorised, by an own sign-in for the time of the grant', async () => {
    await platform.root.write('sys/auth/people', { type: 'oidc' });
    await platform.apply({
      environments: [
        {
          name: 'production',
          namespace: cluster.namespace,
          mounts: { oidc: 'people' },
        },
      ],
    });
    const peopleMounts = mountsOf('production', { oidc: 'people' });
    const people = VaultGrantEngine.create({
      client: portal,
      proofs,
      environments: [
        { mounts: peopleMounts, cluster: { name: 'test', url: cluster.url } },
      ],
    });
    const plan = composePlan({
      mounts: peopleMounts,
      tier: 'control-group',
      subject: {
        kind: 'person',
        email: 'ada.okafor@larkfield.example',
        redirectUris: ['http://a/callback', 'http://b/callback'],
      },
      owner: 'orders',
      secret: { kind: 'kv', path: 'export' },
      access: ['read'],
      number: 1,
      ttlSeconds: HOUR,
    });
    const chen = await platform.person('chen');
    for (const what of ['policy', 'role']) {
      const waiting = await people.apply(plan, { base: {} });
      expect([what, waiting.state]).toEqual([what, 'waiting-authorisation']);
      await chen.write('sys/control-group/authorize', {
        accessor: 'accessor' in waiting && waiting.accessor,
      });
    }
    expect(await people.apply(plan, { base: {} })).toEqual({
      state: 'applied',
    });
    expect(
      await platform.root.read(`auth/people/role/${plan.name}`),
    ).toMatchObject({
      bound_claims: { email: 'ada.okafor@larkfield.example' },
      token_policies: [plan.name],
      token_max_ttl: HOUR,
    });
    await expect(people.prove(plan, { after: 'apply' })).rejects.toThrow(
      'is for a person',
    );
    await expect(people.renew(plan, { ttlSeconds: 9 * HOUR })).rejects.toThrow(
      'ask for it anew',
    );
    await people.revoke(plan);
    expect(await people.read(plan)).toEqual({});
  });

  it('shows who can read a secret', async () => {
    const plan = planFor('export-of-billing');
    await engine.apply(plan, { base: {} });
    await platform.root.write('sys/policies/acl/everything', {
      policy: 'path "production/*" { capabilities = ["read", "list"] }',
    });
    const readers = await engine.readers({
      environment: 'production',
      owner: 'component:default/orders',
      kind: 'kv',
      path: 'export',
    });
    expect(readers).toEqual(
      expect.arrayContaining([
        { policy: 'everything', roles: [], capabilities: ['list', 'read'] },
        {
          policy: plan.name,
          grant: plan.name,
          capabilities: ['read'],
          roles: [
            {
              mount: 'kubernetes-production',
              name: plan.name,
              boundTo: `${cluster.namespace}/billing`,
            },
          ],
        },
      ]),
    );
    expect(readers.map(({ policy }) => policy)).not.toContain(
      'shopfloor-secrets',
    );
    await engine.revoke(plan);
  });

  it('shows what there is below the prefix of a service, never a value', async () => {
    const marked = `MARKED-${randomUUID()}`;
    for (const value of [marked, `${marked}-2`]) {
      await platform.root.write('production/data/orders/deep/er/key', {
        data: { key: value },
      });
    }
    const found = await engine.metadata({
      environment: 'production',
      owner: 'component:default/orders',
    });
    expect(found.map(({ path }) => path)).toEqual(['deep/er/key', 'export']);
    expect(found[0]).toMatchObject({
      currentVersion: 2,
      versions: [
        { version: 1, destroyed: false },
        { version: 2, destroyed: false },
      ],
    });
    expect(JSON.stringify(found)).not.toContain(marked);
  });

  it('says how Vault does, and waits while it is sealed', async () => {
    expect(await engine.health('production')).toMatchObject({
      status: 'ready',
      product: 'openbao',
      features: { policyTtl: true, controlGroups: true },
      uiUrl: 'http://vault/ui',
    });
    expect(await engine.health('elsewhere')).toMatchObject({
      status: 'not-connected',
    });
    const plan = { ...planFor('export'), environment: 'elsewhere' };
    await expect(engine.read(plan)).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      code: 'vault-not-connected',
    });
  });
});
