import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import {
  applyGrantEvents,
  Grant,
  RotationTask,
  SecretsAnswerCode,
  secretsAnswerWords,
} from '@shopfloor/plugin-secrets-common';
import { Knex } from 'knex';
import request from 'supertest';
import { Killed } from './__testUtils__/MemoryEngine';
import {
  asks,
  startSecrets,
  TestWorld,
  testWorld,
} from './__testUtils__/startSecrets';
import { migrationsDirectory } from './store/database';
import { nextAt, toColumns } from './store/grantRow';

jest.setTimeout(180_000);

const DAY = 86_400;

describe('secrets backend', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let world: TestWorld;
  let db: Knex;
  let approvalsDb: Knex;
  let stops: Array<() => Promise<void>>;

  beforeEach(() => {
    world = testWorld();
    stops = [];
  });

  afterEach(async () => {
    jest.useRealTimers();
    for (const stop of stops) {
      await stop();
    }
  });

  async function start(
    options: { sameDatabase?: boolean; production?: string[] } = {},
  ) {
    if (!options.sameDatabase) {
      db = await databases.init('POSTGRES_18');
      approvalsDb = await databases.init('POSTGRES_18');
    }
    const { production } = options;
    const started = await startSecrets({
      world,
      secretsDb: db,
      approvalsDb,
      production,
    });
    stops.push(started.stop);
    return started;
  }

  /** Only the clock on the wall moves: what waits in timers goes on. */
  function later(seconds: number) {
    jest.useFakeTimers({
      now: Date.now() + seconds * 1_000,
      doNotFake: [
        'hrtime',
        'nextTick',
        'performance',
        'queueMicrotask',
        'setImmediate',
        'clearImmediate',
        'setInterval',
        'clearInterval',
        'setTimeout',
        'clearTimeout',
      ],
    });
  }

  /** Every grant is what its events make it, and its columns follow from it. */
  async function expectConsistent() {
    for (const row of await db('secrets_grants')) {
      const events = await db('secrets_events')
        .where({ grant_id: row.id })
        .orderBy('seq');
      const replayed = applyGrantEvents(
        undefined,
        events.map(({ event }) => event),
      );
      expect(row.grant).toEqual(JSON.parse(JSON.stringify(replayed)));
      const { grant: _, ...columns } = toColumns(replayed);
      expect(row).toMatchObject(columns);
      expect(row.lease).toBeNull();
    }
  }

  const types = (grant: Grant) => grant.history.map(({ type }) => type);

  it('migrates up, down and up again', async () => {
    const fresh = await databases.init('POSTGRES_18');
    const tables = async () =>
      (
        await fresh('information_schema.tables')
          .where({ table_schema: 'public' })
          .whereLike('table_name', 'secrets\\_%')
      ).length;
    await fresh.migrate.latest({ directory: migrationsDirectory });
    expect(await tables()).toBe(8);
    await fresh.migrate.rollback({ directory: migrationsDirectory }, true);
    expect(await tables()).toBe(0);
    await fresh.migrate.latest({ directory: migrationsDirectory });
    expect(await tables()).toBe(8);
  });

  it('says what is near the services in the catalog, to each reader what that person may see', async () => {
    const relate = (name: string, relations: Array<[string, string]>) => {
      const found = world.entities.find(
        ({ metadata }) => metadata.name === name,
      );
      const entity = found ?? {
        apiVersion: 'backstage.io/v1alpha1',
        kind: name.endsWith('-api') ? 'API' : 'Component',
        metadata: { name, namespace: 'default' },
        spec: { type: 'service' },
        relations: [{ type: 'ownedBy', targetRef: 'group:default/other' }],
      };
      entity.relations!.push(
        ...relations.map(([type, targetRef]) => ({ type, targetRef })),
      );
      world.entities = [
        ...world.entities.filter(each => each !== found),
        entity,
      ];
    };
    relate('orders', [
      ['dependencyOf', 'component:default/storefront'],
      ['dependencyOf', 'component:default/hidden'],
      ['dependencyOf', 'component:default/gone'],
      ['dependsOn', 'component:default/payments'],
      ['providesApi', 'api:default/orders-api'],
      ['consumesApi', 'api:default/payments-api'],
    ]);
    relate('orders-api', [
      ['apiConsumedBy', 'component:default/storefront'],
      ['apiConsumedBy', 'component:default/messages'],
      ['apiConsumedBy', 'component:default/orders'],
    ]);
    relate('payments-api', [['apiConsumedBy', 'component:default/orders']]);
    relate('secret-api', []);
    relate('storefront', [
      ['consumesApi', 'api:default/orders-api'],
      ['consumesApi', 'api:default/secret-api'],
    ]);
    relate('messages', [['consumesApi', 'api:default/orders-api']]);
    relate('hidden', []);
    world.hiddenFromPeople = [
      'component:default/hidden',
      'api:default/secret-api',
    ];
    const { as } = await start();

    const { blastRadius, contentHash } = await as('farid').preview(asks());
    const [orders, payments] = blastRadius!.services;
    expect(orders).toMatchObject({
      entityRef: 'component:default/orders',
      role: 'subject',
      dependents: {
        total: 2,
        complete: true,
        items: [
          {
            entityRef: 'component:default/messages',
            type: 'service',
            owners: ['group:default/other'],
            consumedApis: ['api:default/orders-api'],
          },
          {
            entityRef: 'component:default/storefront',
            consumedApis: ['api:default/orders-api'],
          },
        ],
      },
      dependencies: {
        total: 1,
        items: [{ entityRef: 'component:default/payments', consumedApis: [] }],
      },
      consumedApis: {
        total: 1,
        items: [{ entityRef: 'api:default/payments-api' }],
      },
      providedApis: {
        total: 1,
        items: [{ entityRef: 'api:default/orders-api' }],
      },
    });
    expect(payments).toMatchObject({ role: 'owner', dependents: { total: 0 } });
    expect(JSON.stringify(blastRadius)).not.toMatch(/hidden|secret-api/);

    // Who decides sees it with own eyes, and now; what was asked for is the same.
    world.hiddenFromPeople = [];
    expect((await as('farid').preview(asks())).contentHash).toBe(contentHash);
    const { id } = await as('farid').ask();
    const { body } = await as('giulia').get(`/grants/${id}/blast-radius`);
    expect(body.services[0].dependents.total).toBe(3);
    const { status } = await as('otto').get(`/grants/${id}/blast-radius`);
    expect(status).toBe(404);
    const person = await as('gus').preview(
      asks({
        subject: {
          kind: 'person',
          userEntityRef: 'user:default/gus',
          email: 'gus@larkfield.example',
        },
        secret: { kind: 'kv', path: 'other' },
        durationSeconds: 3_600,
        delivery: 'none',
      }),
    );
    expect(person.blastRadius!.services).toMatchObject([
      { entityRef: 'component:default/payments', role: 'owner' },
    ]);
  });

  it('takes a request through two approvals to a proven grant, and ends it at once', async () => {
    const { as, approve, run, work } = await start();
    const shown = await as('farid').preview(asks());
    expect(shown).toMatchObject({
      mayAsk: true,
      needsAuthorisation: false,
      notes: [],
      lint: [],
      current: {},
      plan: {
        tier: 'pinned',
        name: 'grant-production-orders-payments-provider-key-read-1',
        policy: {
          text: 'path "production/data/payments/provider" {\n  capabilities = ["read"]\n}\n',
          ttlSeconds: 7 * DAY,
        },
        role: {
          mount: 'kubernetes-production',
          parameters: {
            bound_service_account_names: 'orders',
            bound_service_account_namespaces: 'production',
          },
        },
      },
    });
    expect(shown.newlyAllows).toHaveLength(1);
    expect(shown.manifests.map(({ name }) => name)).toEqual([
      'deploy/values-production.yaml.diff',
      'deploy/payments-provider-key.agent-patch.yaml',
    ]);
    expect(shown.manifests[0].text).toContain(
      '+        role: grant-production-orders-payments-provider-key-read-1\n',
    );

    const asked = await as('farid').ask();
    expect(asked).toMatchObject({
      state: 'requested',
      may: { withdraw: true, revoke: false },
    });
    await work();
    const { approvalRequestId } = await as('farid').grant(asked.id);
    await as('giulia').decide('approve', approvalRequestId!);
    expect((await as('farid').grant(asked.id)).state).toBe('requested');
    expect(world.engine.everWritten.size).toBe(0);
    await approve(asked.id, ['dana']);

    const active = await as('farid').grant(asked.id);
    expect(active).toMatchObject({
      state: 'active',
      reasonCodes: [],
      lastProof: { held: true, by: 'job' },
      link: 'http://vault.test/ui/vault/secrets/production/show/payments/provider',
      may: { renew: true, revoke: true, repair: false },
    });
    expect(Date.parse(active.expiresAt!) - Date.parse(active.approvedAt!)).toBe(
      7 * DAY * 1_000,
    );
    expect(types(active)).toEqual([
      'asked',
      'submitted',
      'approved',
      'applying-started',
      'applied',
      'proven',
    ]);
    expect(
      world.engine.policies.get(active.plan.name)!.ttlSeconds,
    ).toBeLessThanOrEqual(7 * DAY);

    const revoked = await as('giulia').post(`/grants/${asked.id}/revoke`, {
      reason: 'no longer needed',
    });
    expect(revoked.body.state).toBe('revoking');
    await work();
    expect(await as('farid').grant(asked.id)).toMatchObject({
      state: 'revoked',
      reasonCodes: ['revoked-by-person'],
      endedBy: 'user:default/giulia',
      lastProof: { held: true },
    });
    expect(world.engine.policies.size + world.engine.roles.size).toBe(0);

    await run('secrets-changes');
    expect(world.changes.at(-1)).toMatchObject({
      kind: 'secret-grant',
      sourceId: asked.id,
      entityRef: 'component:default/orders',
      outcome: 'undone',
      approvalId: approvalRequestId,
    });
    await run('secrets-announcements');
    const told = world.sent
      .filter(({ payload }) => payload.topic === 'secrets')
      .map(({ payload }) => payload.scope.split(':').pop());
    expect(told.sort()).toEqual(['applied', 'asked', 'revoked']);
    const audit = world.audit.map(
      ({ eventId, status }) => `${eventId} ${status}`,
    );
    for (const act of [
      'grant-ask',
      'grant-apply',
      'grant-prove',
      'grant-revoke',
      'grant-remove',
    ]) {
      expect(audit.indexOf(`${act} initiated`)).toBeGreaterThanOrEqual(0);
      expect(audit).toContain(`${act} succeeded`);
    }
    // Found by the change and by the approval that they rest on.
    for (const act of ['grant-apply', 'grant-revoke', 'grant-remove']) {
      expect(
        world.audit.find(({ eventId }) => eventId === act)!.meta,
      ).toMatchObject({
        changeId: asked.id,
        approvalId: approvalRequestId,
      });
    }
    await expectConsistent();
  });

  it('refuses what is wrong, with the field and what to do', async () => {
    const { as, server } = await start();
    const hash = `sha256:${'a'.repeat(64)}`;
    const preview = (who: string, changes: object) =>
      as(who).post('/previews', asks(changes as never));
    const answers = await Promise.all([
      preview('giulia', {}),
      preview('farid', { access: ['issue'] }),
      preview('farid', { access: ['write', 'fly'] }),
      preview('farid', { environment: 'moon' }),
      preview('farid', { durationSeconds: 5 }),
      preview('farid', { durationSeconds: 91 * DAY }),
      preview('farid', { owner: 'component:default/nobody' }),
      preview('farid', { owner: 'component:other/payments' }),
      preview('farid', {
        subject: { ...asks().subject, name: 'payments' },
      }),
      preview('farid', { secret: { kind: 'kv', path: '../orders/x' } }),
      preview('farid', {
        secret: { kind: 'kv', path: 'other', declared: 'provider-key' },
      }),
      preview('farid', { secret: { kind: 'kv', path: 'x', declared: 'no' } }),
      preview('farid', {
        subject: {
          kind: 'person',
          userEntityRef: 'user:default/otto',
          email: 'otto@larkfield.example',
        },
        delivery: 'none',
        durationSeconds: 3_600,
      }),
      as('farid').post('/grants', { request: asks(), contentHash: hash }),
      as('farid').post('/grants', { request: asks(), contentHash: hash }, 'x'),
      as('farid').get('/grants?statee=x'),
      as('farid').get('/grants?cursor=x'),
      as('farid').get('/grants/not-an-id'),
      request(server)
        .get('/api/secrets/grants')
        .set('Authorization', mockCredentials.none.header()),
    ]);
    expect(
      answers.map(({ status, body }) => [
        status,
        String(body.error.message).slice(0, 60),
      ]),
    ).toEqual([
      [403, expect.stringContaining('secrets.grant.renew')],
      [
        400,
        expect.stringContaining('access: a secret of kind kv has no "issue'),
      ],
      [400, expect.stringContaining('access.1:')],
      [404, expect.stringContaining('No environment "moon"')],
      [400, expect.stringContaining('durationSeconds: must be at least')],
      [400, expect.stringContaining('durationSeconds: must be at most')],
      [404, expect.stringContaining('owner: the catalog has no')],
      [400, expect.stringContaining('owner: "component:other/payments"')],
      [400, expect.stringContaining('subject: the service account of orders')],
      [400, expect.stringContaining('secret.path:')],
      [400, expect.stringContaining('secret: "provider-key"')],
      [400, expect.stringContaining('secret.declared:')],
      [403, expect.stringContaining('subject.userEntityRef')],
      [409, expect.stringContaining('What was shown is not')],
      [400, expect.stringContaining('Idempotency-Key')],
      [400, expect.stringContaining('statee')],
      [400, expect.stringContaining('cursor')],
      [400, expect.stringContaining('id:')],
      [401, expect.any(String)],
    ]);
    // All but those of the schemas say it by code and parameters as well.
    const coded = answers.flatMap(({ body: { error } }) =>
      error.code ? [error] : [],
    );
    expect(coded.map(({ code }) => code)).toEqual([
      'permission-missing',
      'access-of-kind',
      'environment-unknown',
      'too-short',
      'too-long',
      'component-unknown',
      'no-component',
      'other-account',
      'no-path',
      'other-secret',
      'not-declared',
      'somebody-else',
      'content-changed',
      'no-cursor',
    ]);
    for (const { code, parameters, message } of coded) {
      expect(
        secretsAnswerWords(code as SecretsAnswerCode, parameters as never),
      ).toBe(message);
      expect(message).not.toMatch(/[{}]/);
    }
    expect(await db('secrets_grants')).toEqual([]);
    // Two asked for what was not shown, one without a key; what only shows leaves nothing.
    expect(
      world.audit.map(({ eventId, status }) => `${eventId} ${status}`).sort(),
    ).toEqual([
      'grant-ask failed',
      'grant-ask initiated',
      'write-refused failed',
      'write-refused initiated',
    ]);
  });

  it('shows nobody what is not theirs, in counts neither', async () => {
    const { as } = await start();
    const { id } = await as('farid').ask();
    for (const [name, total] of [
      ['farid', 1],
      ['giulia', 1],
      ['dana', 1],
      ['emil', 1],
      ['otto', 0],
    ] as const) {
      const { body } = await as(name).get('/grants');
      expect([name, body.totalItems, body.items.length]).toEqual([
        name,
        total,
        total,
      ]);
      expect(body.counts).toEqual(total ? { requested: 1 } : {});
      expect((await as(name).get(`/grants/${id}`)).status).toBe(
        total ? 200 : 404,
      );
    }
    for (const act of ['revoke', 'withdraw', 'repair']) {
      const body = act === 'revoke' ? { reason: 'x' } : {};
      const { status } = await as('otto').post(`/grants/${id}/${act}`, body);
      expect(status).toBe(404);
    }
    const { status } = await as('fay').post(`/grants/${id}/withdraw`);
    expect(status).toBe(403);
  });

  it('uses a number again only when nothing was written under it', async () => {
    const { as, approve, outcomes, work } = await start();
    const first = await as('farid').ask();
    await work();
    const { approvalRequestId } = await as('giulia').grant(first.id);
    await as('giulia').decide('deny', approvalRequestId!, 'why so broad?');
    await outcomes();
    const denied = await as('farid').grant(first.id);
    expect(denied.state).toBe('denied');
    expect(denied.history.at(-1)).toMatchObject({ comment: 'why so broad?' });
    const second = await as('farid').ask();
    expect([first.number, second.number]).toEqual([1, 1]);
    await approve(second.id);
    await as('giulia').post(`/grants/${second.id}/revoke`, { reason: 'x' });
    await work();
    const third = await as('farid').ask();
    expect(third.number).toBe(2);
    await expectConsistent();
  });

  it('does once what is asked twice with one key', async () => {
    const { as, work } = await start();
    const { contentHash } = await as('farid').preview(asks());
    const body = { request: asks(), contentHash };
    const both = await Promise.all([
      as('farid').post('/grants', body, 'same-key-1'),
      as('farid').post('/grants', body, 'same-key-1'),
    ]);
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
    expect(both[0].body.id).toBe(both[1].body.id);
    await work();
    const again = await as('farid').post('/grants', body, 'same-key-1');
    expect(again.body.id).toBe(both[0].body.id);
    const other = await as('farid').post(
      `/grants/${both[0].body.id}/withdraw`,
      {},
      'same-key-1',
    );
    expect(other.status).toBe(400);
    expect(await db('secrets_grants')).toHaveLength(1);
    for (let times = 0; times < 2; times += 1) {
      const { body: grant } = await as('farid').post(
        `/grants/${both[0].body.id}/withdraw`,
        {},
        'same-key-2',
      );
      expect(grant.state).toBe('withdrawn');
    }
  });

  it.each(['sealed', 'standby', 'away'] as const)(
    'waits while Vault is %s and then goes on',
    async status => {
      const { as, approve, work } = await start();
      world.engine.status = status;
      const shown = await as('farid').preview(asks());
      expect(shown).toMatchObject({
        mayAsk: true,
        notes: [`vault-${status}`],
      });
      expect(shown.current).toBeUndefined();
      const { id } = await as('farid').ask();
      await approve(id);
      expect(await as('farid').grant(id)).toMatchObject({
        state: 'approved',
        reasonCodes: [`vault-${status}`],
      });
      world.engine.status = 'ready';
      later(400);
      await work();
      expect(await as('farid').grant(id)).toMatchObject({
        state: 'active',
        reasonCodes: [],
      });
      world.engine.status = status;
      await as('farid').post(`/grants/${id}/revoke`, { reason: 'x' });
      await work();
      expect((await as('farid').grant(id)).state).toBe('revoking');
      world.engine.status = 'ready';
      later(400);
      await work();
      expect((await as('farid').grant(id)).state).toBe('revoked');
    },
  );

  it('waits for a number that the platform has not written out', async () => {
    const { as, approve, work } = await start();
    world.engine.pinnedUpTo = 0;
    expect((await as('farid').preview(asks())).notes).toEqual(['no-pin']);
    const { id } = await as('farid').ask();
    await approve(id);
    expect(await as('farid').grant(id)).toMatchObject({
      state: 'approved',
      reasonCodes: ['no-pin'],
    });
    world.engine.pinnedUpTo = 8;
    later(400);
    await work();
    expect((await as('farid').grant(id)).state).toBe('active');
  });

  it('has an approver authorise at Vault what nobody declared', async () => {
    const { as, approve, outcomes, run, work } = await start();
    const undeclared = asks({ secret: { kind: 'kv', path: 'old/token' } });
    world.engine.controlGroups = false;
    const { mayAsk, notes } = await as('farid').preview(undeclared);
    expect([mayAsk, notes]).toEqual([false, ['no-control-groups']]);
    await expect(as('farid').ask(undeclared)).rejects.toThrow(
      /no control groups/,
    );
    world.engine.controlGroups = true;
    const { id, plan } = await as('farid').ask(undeclared);
    expect(plan.name).toMatch(/^cg-/);
    await approve(id);
    expect(await as('farid').grant(id)).toMatchObject({
      state: 'waiting-authorisation',
      reasonCodes: ['needs-authorisation'],
      authorisation: {
        accessor: `accessor-${plan.name}`,
        // OpenBao's interface has no page of control groups.
        link: '',
      },
      link: 'http://vault.test/ui/vault/secrets/production/show/payments/old/token',
    });
    world.engine.product = 'vault';
    expect(await as('farid').grant(id)).toMatchObject({
      authorisation: {
        link: `http://vault.test/ui/vault/access/control-groups/accessor-${plan.name}`,
      },
      link: 'http://vault.test/ui/vault/secrets/production/kv/payments%2Fold%2Ftoken/details',
    });
    world.engine.product = undefined;
    const unknown = await as('farid').grant(id);
    expect([unknown.authorisation!.link, unknown.link]).toEqual([
      '',
      undefined,
    ]);
    world.engine.product = 'openbao';
    expect(world.engine.everWritten.size).toBe(0);
    world.engine.authorised = true;
    later(15);
    await work();
    const active = await as('farid').grant(id);
    expect([active.state, active.may.renew]).toEqual(['active', true]);

    // More time is authorised anew, at Vault too, and the access stands meanwhile.
    world.engine.authorised = false;
    const renew = async (durationSeconds: number) => {
      await as('farid').post(`/grants/${id}/renew`, {
        reason: 'more',
        durationSeconds,
      });
      await work();
      const { renewal } = await as('gus').grant(id);
      await as('gus').decide('approve', renewal!.approvalRequestId!);
      await outcomes();
      await work();
      return as('farid').grant(id);
    };
    const waiting = await renew(20 * DAY);
    expect(waiting).toMatchObject({
      state: 'active',
      expiresAt: active.expiresAt,
      reasonCodes: ['needs-authorisation'],
      renewal: { state: 'approved' },
      authorisation: { accessor: `renewal-${plan.name}` },
      may: { renew: false },
    });
    await run('secrets-announcements');
    expect(
      world.sent.filter(({ payload }) =>
        payload.scope.endsWith('authorisation-asked'),
      ).length,
    ).toBeGreaterThan(0);
    later(15);
    await work();
    expect(await as('farid').grant(id)).toEqual(waiting);
    world.engine.authorised = true;
    later(30);
    await work();
    const renewed = await as('farid').grant(id);
    expect(renewed).toMatchObject({ state: 'active', reasonCodes: [] });
    expect([renewed.authorisation, renewed.renewal]).toEqual([
      undefined,
      undefined,
    ]);
    expect(renewed.expiresAt! > active.expiresAt!).toBe(true);

    // What nobody authorises ends when it would have.
    world.engine.authorised = false;
    await renew(30 * DAY);
    later(21 * DAY);
    await work();
    const over = await as('farid').grant(id);
    expect(over).toMatchObject({ state: 'expired', reasonCodes: [] });
    expect([over.authorisation, over.renewal]).toEqual([undefined, undefined]);
    expect(world.engine.policies.size).toBe(0);
    await expectConsistent();
  });

  it('says what Vault refuses, and goes on when it does not', async () => {
    const { as, approve, outcomes, work } = await start();
    world.engine.refuses = '1 error occurred: permission denied';
    const { id } = await as('farid').ask();
    await approve(id);
    expect(await as('farid').grant(id)).toMatchObject({
      state: 'failed',
      reasonCodes: ['vault-refused'],
      failure: '1 error occurred: permission denied',
    });
    expect((await as('farid').post(`/grants/${id}/retry`)).status).toBe(403);
    world.engine.refuses = undefined;
    await as('giulia').post(`/grants/${id}/retry`);
    await work();
    expect((await as('farid').grant(id)).state).toBe('active');

    await as('farid').post(`/grants/${id}/renew`, {
      reason: 'more',
      durationSeconds: 20 * DAY,
    });
    await work();
    const { renewal } = await as('gus').grant(id);
    await as('gus').decide('approve', renewal!.approvalRequestId!);
    await outcomes();
    world.engine.refuses = 'no renewal';
    await work();
    expect((await as('farid').grant(id)).reasonCodes).toEqual([
      'vault-refused',
    ]);
    later(8 * DAY);
    world.engine.refusesToRevoke = 'not now';
    await work();
    expect((await as('farid').grant(id)).state).toMatch(/active|expiring/);
    world.engine.refusesToRevoke = undefined;
    later(400);
    await work();
    expect(await as('farid').grant(id)).toMatchObject({
      state: 'expired',
      reasonCodes: [],
    });
    expect(world.engine.policies.size).toBe(0);
    await expectConsistent();
  });

  it('waits for approvals that do not answer', async () => {
    const { as, work } = await start();
    const { id } = await as('farid').ask();
    await approvalsDb('approvals_policies').delete();
    await work();
    expect(await as('farid').grant(id)).toMatchObject({
      state: 'requested',
      reasonCodes: ['approvals-away'],
    });
  });

  it('gives a person access for hours, not days', async () => {
    const { as, approve, work } = await start();
    const self = asks({
      subject: {
        kind: 'person',
        userEntityRef: 'user:default/farid',
        email: 'farid@larkfield.example',
      },
      delivery: 'none',
      durationSeconds: 8 * 3_600,
    });
    const { id } = await as('farid').ask(self);
    world.engine.authorised = true;
    await approve(id);
    const grant = await as('farid').grant(id);
    expect(grant).toMatchObject({
      state: 'active',
      plan: {
        role: {
          mount: 'oidc',
          parameters: { bound_claims: '{"email":"farid@larkfield.example"}' },
        },
      },
    });
    expect(grant.lastProof).toBeUndefined();
    later(8 * 3_600 + 1);
    await work();
    expect((await as('farid').grant(id)).state).toBe('expired');
    expect(world.engine.policies.size).toBe(0);
  });

  it('announces the end, renews by one approval, and ends by time', async () => {
    const { as, approve, outcomes, run, work } = await start();
    const { id } = await as('farid').ask();
    await approve(id);
    later(6.5 * DAY);
    await work();
    await run('secrets-ends');
    await run('secrets-ends');
    await run('secrets-announcements');
    expect(
      world.sent.filter(({ payload }) => /expires-1/.test(payload.scope)),
    ).toHaveLength(1);
    const before = await as('farid').grant(id);
    expect(before.state).toBe('expiring');

    const renew = (durationSeconds: number) =>
      as('farid').post(`/grants/${id}/renew`, {
        reason: 'still needed',
        durationSeconds,
      });
    expect((await renew(31 * DAY)).status).toBe(409);
    expect((await renew(20 * DAY)).body.renewal.state).toBe('asked');
    expect((await renew(20 * DAY)).status).toBe(409);
    await work();
    const { renewal } = await as('gus').grant(id);
    await as('gus').decide('approve', renewal!.approvalRequestId!);
    await outcomes();
    await work();
    const renewed = await as('farid').grant(id);
    const { meta } = world.audit
      .filter(({ eventId }) => eventId === 'grant-renew')
      .at(-1)!;
    expect(meta).toMatchObject({
      changeId: id,
      approvalId: renewal!.approvalRequestId,
    });
    expect(meta.approvalId).not.toBe(renewed.approvalRequestId);
    expect(renewed.state).toBe('active');
    expect(renewed.renewal).toBeUndefined();
    expect(Date.parse(renewed.expiresAt!)).toBeGreaterThan(
      Date.parse(before.expiresAt!) + 19 * DAY * 1_000 - 6.5 * DAY * 1_000,
    );
    expect(
      world.engine.policies.get(renewed.plan.name)!.ttlSeconds,
    ).toBeGreaterThan(19 * DAY);

    later(21 * DAY);
    await work();
    expect((await as('farid').grant(id)).state).toBe('expired');
    expect(world.engine.policies.size + world.engine.roles.size).toBe(0);
    await expectConsistent();
  });

  it('finds what was changed by hand, puts it back, or lets it end', async () => {
    const { as, approve, run, work } = await start();
    const { id, plan } = await as('farid').ask();
    await approve(id);
    world.engine.policies.set(plan.name, { text: 'path "*" {}' });
    await run('secrets-drift');
    await run('secrets-drift');
    const drifted = await as('giulia').grant(id);
    expect(drifted).toMatchObject({
      state: 'drifted',
      drift: { what: 'policy', found: 'path "*" {}' },
      may: { repair: true, accept: false, renew: false },
    });
    expect(types(drifted).filter(type => type === 'drift-found')).toHaveLength(
      1,
    );
    expect((await as('farid').post(`/grants/${id}/repair`)).status).toBe(403);
    const { status, body } = await as('giulia').post(`/grants/${id}/accept`);
    expect([status, body.error.code]).toEqual([409, 'drift-not-removed']);
    world.engine.policies.delete(plan.name);
    await as('giulia').post(`/grants/${id}/repair`);
    await work();
    expect((await as('giulia').grant(id)).state).toBe('active');
    expect(world.engine.policies.get(plan.name)!.text).toBe(plan.policy.text);

    const role = world.engine.roles.get(plan.name)!;
    world.engine.roles.set(plan.name, { ...role, token_period: 3600 });
    await run('secrets-drift');
    expect(await as('giulia').grant(id)).toMatchObject({
      state: 'drifted',
      drift: { what: 'role', widened: ['token_period'] },
      may: { repair: true, accept: false },
    });
    await as('giulia').post(`/grants/${id}/repair`);
    await work();
    expect((await as('giulia').grant(id)).state).toBe('active');

    world.engine.roles.delete(plan.name);
    await run('secrets-drift');
    expect((await as('giulia').grant(id)).drift).toMatchObject({
      what: 'role',
    });
    await as('giulia').post(`/grants/${id}/accept`);
    await work();
    expect(await as('giulia').grant(id)).toMatchObject({
      state: 'revoked',
      reasonCodes: ['drift-accepted'],
    });
    world.engine.policies.set(plan.name, { text: plan.policy.text });
    await run('secrets-drift');
    expect(world.engine.policies.size).toBe(0);
    await expectConsistent();
  });

  it('ends grants of what is gone or has another owner, but not since the catalog is away', async () => {
    const { as, approve, run, work } = await start();
    const { id } = await as('farid').ask();
    await approve(id);
    world.catalogFails = true;
    await run('secrets-catalog');
    later(600);
    await run('secrets-catalog');
    expect((await as('giulia').grant(id)).state).toBe('active');
    world.catalogFails = false;
    const orders = world.entities[0];
    world.entities[0] = {
      ...orders,
      relations: [{ type: 'ownedBy', targetRef: 'group:default/other' }],
    };
    await run('secrets-catalog');
    later(60);
    world.entities[0] = orders;
    await run('secrets-catalog');
    later(600);
    await run('secrets-catalog');
    expect((await as('giulia').grant(id)).state).toBe('active');

    world.entities.splice(0, 1);
    await run('secrets-catalog');
    expect((await as('giulia').grant(id)).state).toBe('active');
    later(301);
    await run('secrets-catalog');
    await work();
    expect(await as('giulia').grant(id)).toMatchObject({
      state: 'revoked',
      reasonCodes: ['subject-deleted'],
    });
    expect(
      world.audit
        .filter(({ eventId }) => eventId === 'grant-revoke')
        .map(({ status, meta }) => [status, meta?.grantId, meta?.reason]),
    ).toEqual([
      ['initiated', id, 'subject-deleted'],
      ['succeeded', id, 'subject-deleted'],
    ]);
  });

  it('ends what a Job refutes, and says when it could not be run', async () => {
    const { as, approve, work } = await start();
    world.engine.proofRuns = false;
    const { id } = await as('farid').ask();
    await approve(id);
    expect(await as('farid').grant(id)).toMatchObject({
      state: 'active',
      reasonCodes: ['not-proven'],
    });
    world.engine.proofRuns = true;
    world.engine.proofHolds = false;
    later(400);
    await work();
    const ended = await as('farid').grant(id);
    expect(ended).toMatchObject({
      state: 'revoked',
      reasonCodes: ['proof-failed'],
    });
    expect(types(ended)).toContain('refuted');
  });

  it('writes nothing without an intent in the audit trail', async () => {
    const { as, approve, work } = await start();
    const { id } = await as('farid').ask();
    await work();
    const { approvalRequestId } = await as('farid').grant(id);
    await as('giulia').decide('approve', approvalRequestId!);
    await as('dana').decide('approve', approvalRequestId!);
    world.auditFails = true;
    await approve(id, []);
    expect(world.engine.everWritten.size).toBe(0);
    expect((await as('farid').grant(id)).state).toBe('applying');
    world.auditFails = false;
    later(400);
    await work();
    expect((await as('farid').grant(id)).state).toBe('active');
  });

  it('opens a rotation for what was read, and ends it by a newer value', async () => {
    for (const [kind, place, access] of [
      ['kv', 'path', 'read'],
      ['pki', 'role', 'issue'],
      ['transit', 'key', 'decrypt'],
    ]) {
      world.declarations += `    - name: web-${kind}
      title: { en: Web, zh: 网站 }
      kind: ${kind}
      ${place}: payments-web
      class: standard
      access: [${access}]
      readers: [orders]
`;
    }
    const { as, approve, run, work } = await start();
    const created = new Date(Date.now() - 1_000).toISOString();
    const value = (version: number, createdAt: string) => ({
      path: 'provider',
      currentVersion: version,
      createdAt: created,
      updatedAt: createdAt,
      versions: [{ version, createdAt, destroyed: false }],
    });
    world.engine.kv = [value(1, created)];
    const { id } = await as('farid').ask();
    await approve(id);
    await as('giulia').post(`/grants/${id}/revoke`, { reason: 'x' });
    await work();
    const open = async () => (await as('giulia').get('/rotations')).body;
    expect(await open()).toMatchObject({
      totalItems: 1,
      items: [{ cause: 'revoked', grantId: id, mayFinish: true }],
    });
    expect((await as('otto').get('/rotations')).body.totalItems).toBe(0);
    await run('secrets-rotations');
    expect((await open()).totalItems).toBe(1);

    // A certificate goes on being valid, also when a value of that name is new; a key of Transit nobody has.
    for (const [kind, access] of [
      ['pki', ['issue']],
      ['transit', ['decrypt']],
    ] as const) {
      const other = await as('farid').ask(
        asks({
          secret: { kind, path: 'payments-web', declared: `web-${kind}` },
          access: [...access],
          delivery: 'none',
        }),
      );
      await approve(other.id);
      expect((await as('giulia').grant(other.id)).state).toBe('active');
      await as('giulia').post(`/grants/${other.id}/revoke`, { reason: 'x' });
      await work();
    }
    const both: RotationTask[] = (await open()).items;
    expect(both.map(({ secret }) => secret.kind).sort()).toEqual(['kv', 'pki']);
    const certificate = both.find(({ secret }) => secret.kind === 'pki')!;
    world.engine.kv = [
      value(1, created),
      { ...value(1, new Date().toISOString()), path: 'payments-web' },
    ];
    await run('secrets-rotations');
    expect((await open()).totalItems).toBe(2);
    const gone = await as('giulia').post(`/rotations/${certificate.id}/done`, {
      comment: 'revoked at Vault',
    });
    expect(gone.body.state).toBe('done');
    later(60);
    world.engine.kv = [value(2, new Date().toISOString())];
    later(61);
    await run('secrets-rotations');
    expect((await open()).totalItems).toBe(0);

    later(91 * DAY);
    await run('secrets-rotations');
    await run('secrets-rotations');
    const [task] = (await open()).items;
    expect(task).toMatchObject({ cause: 'schedule', versionAtOpening: 2 });
    const path = `/rotations/${task.id}/done`;
    expect((await as('farid').post(path)).status).toBe(404);
    expect(
      (await as('giulia').post(path, { comment: 'new key' })).body,
    ).toMatchObject({ state: 'done', doneBy: 'user:default/giulia' });
  });

  it('reviews access: owners keep or end it', async () => {
    const { as, approve, work } = await start();
    const first = await as('farid').ask();
    await approve(first.id);
    const second = await as('farid').ask(asks({ access: ['write'] }));
    await approve(second.id);
    const opening = {
      title: 'Autumn',
      dueAt: new Date(Date.now() + 7 * DAY * 1_000).toISOString(),
    };
    expect((await as('giulia').post('/reviews', opening)).status).toBe(403);
    const { body: campaign } = await as('dana').post('/reviews', opening);
    expect(campaign.counts).toEqual({
      total: 2,
      keep: 0,
      revoke: 0,
      undecided: 2,
    });
    expect((await as('otto').get('/reviews')).body.items).toEqual([]);
    const decide = (name: string, body: object) =>
      as(name).post(`/reviews/${campaign.id}/decisions`, body);
    await decide('giulia', { grantId: first.id, verdict: 'keep' });
    expect(
      (await decide('giulia', { grantId: second.id, verdict: 'revoke' }))
        .status,
    ).toBe(400);
    const { body: over } = await decide('giulia', {
      grantId: second.id,
      verdict: 'revoke',
      comment: 'nobody writes',
    });
    expect(over).toMatchObject({
      counts: { keep: 1, revoke: 1, undecided: 0 },
      closedAt: expect.any(String),
    });
    await work();
    expect(await as('farid').grant(second.id)).toMatchObject({
      state: 'revoked',
      reasonCodes: ['review-revoked'],
    });
    expect((await as('farid').grant(first.id)).state).toBe('active');
  });

  it('takes in what the platform granted at the start, once', async () => {
    const { as, run, work } = await start();
    const name = 'grant-production-payments-payments-database-read-0';
    const text =
      'path "database-production/creds/payments-standard" {\n  capabilities = ["read"]\n}\n';
    world.engine.policies.set(name, { text });
    await run('secrets-platform');
    expect((await as('giulia').get('/grants')).body.totalItems).toBe(0);
    world.engine.roles.set(name, {
      bound_service_account_names: ['payments'],
      bound_service_account_namespaces: ['production'],
      audience: 'vault',
      token_policies: [name],
      token_ttl: 3600,
      token_max_ttl: 86400,
      token_type: 'service',
    });
    await run('secrets-platform');
    await run('secrets-platform');
    await work();
    const { body } = await as('giulia').get('/grants');
    expect(body.items).toMatchObject([
      {
        name,
        state: 'active',
        requestedBy: 'platform:default/vault',
        proofHeld: true,
      },
    ]);
    const [{ id }] = body.items;
    world.entities[1].relations = [
      { type: 'ownedBy', targetRef: 'group:default/checkout' },
    ];
    await run('secrets-catalog');
    later(301);
    await run('secrets-catalog');
    expect((await as('farid').grant(id)).state).toBe('active');
    world.entities[1].relations = [
      { type: 'ownedBy', targetRef: 'group:default/payments' },
    ];
    await run('secrets-catalog');
    const own = (event: string) =>
      world.audit
        .filter(({ eventId }) => eventId === event)
        .map(({ status, meta }) => [status, meta?.grantId]);
    expect(own('grant-adopt')).toEqual([
      ['initiated', id],
      ['succeeded', id],
    ]);
    // To checkout, and back.
    expect(own('grant-change-owners')).toEqual([
      ['initiated', id],
      ['succeeded', id],
      ['initiated', id],
      ['succeeded', id],
    ]);
    expect((await as('giulia').grant(id)).may).toMatchObject({
      renew: false,
      revoke: true,
    });
    await as('giulia').post(`/grants/${id}/revoke`, { reason: 'renewed' });
    await work();
    await run('secrets-platform');
    expect((await as('giulia').get('/grants')).body.counts).toEqual({
      revoked: 1,
    });
    await expectConsistent();
  });

  it('says what there is for a service', async () => {
    const { as } = await start();
    const { id } = await as('farid').ask();
    const of = async (name: string, entity: string) =>
      (
        await as(name).get(
          `/entities/component/default/${entity}/secrets?environment=production`,
        )
      ).body;
    expect(await of('farid', 'orders')).toMatchObject({
      mayAsk: true,
      mayAskForSelf: true,
      declared: [],
      ofOthers: [
        {
          owner: 'component:default/payments',
          secrets: [{ declaration: { name: 'provider-key' } }],
        },
      ],
      held: [{ id }],
      given: [],
    });
    expect(await of('giulia', 'payments')).toMatchObject({
      declared: [
        { reference: { path: 'provider' }, longestGrantSeconds: 30 * DAY },
        { reference: { kind: 'database', path: 'payments-standard' } },
      ],
      given: [{ id }],
    });
    const seen = await of('otto', 'orders');
    expect(seen).toMatchObject({ mayAsk: false, held: [] });
    expect(seen.whyNot.en).toContain('group:default/checkout');
    expect(seen.paths).toBeUndefined();
  });

  describe('killed between any two steps', () => {
    /** Runs to the end, dying at the n-th step, as often as it takes; answers how many steps there were. */
    async function dieAtEach(
      prepare: (started: Awaited<ReturnType<typeof start>>) => Promise<string>,
      check: (grant: Grant) => void,
    ) {
      const deaths: string[] = [];
      for (let at = 1; ; at += 1) {
        jest.useRealTimers();
        world = testWorld();
        const started = await start({ sameDatabase: at > 1 });
        const id = await prepare(started);
        let count = 0;
        let died = false;
        world.engine.between = step => {
          count += 1;
          if (count === at && !died) {
            died = true;
            deaths.push(step);
            throw new Killed(step);
          }
        };
        await started.work();
        world.engine.between = () => {};
        // Another instance, after the pause or the lease of the first.
        later(400);
        await started.work();
        check(await started.as('giulia').grant(id));
        await expectConsistent();
        if (!died) {
          return deaths;
        }
      }
    }

    const approved = async (started: Awaited<ReturnType<typeof start>>) => {
      const { as, outcomes, work } = started;
      const { id } = await as('farid').ask();
      await work();
      const { approvalRequestId } = await as('giulia').grant(id);
      await as('giulia').decide('approve', approvalRequestId!);
      await as('dana').decide('approve', approvalRequestId!);
      await outcomes();
      return id;
    };

    it('apply ends in an active grant', async () => {
      const deaths = await dieAtEach(approved, grant => {
        expect(grant.state).toBe('active');
        expect(world.engine.policies.get(grant.plan.name)?.text).toBe(
          grant.plan.policy.text,
        );
        expect(world.engine.roles.has(grant.plan.name)).toBe(true);
        expect(types(grant).filter(type => type === 'applied')).toHaveLength(1);
      });
      expect(deaths).toEqual([
        'pinned',
        'apply',
        'policy written',
        'role written',
        'read',
        'prove after apply',
      ]);
    });

    it('revoke ends with nothing left', async () => {
      const deaths = await dieAtEach(
        async started => {
          const id = await approved(started);
          await started.work();
          await started
            .as('farid')
            .post(`/grants/${id}/revoke`, { reason: 'x' });
          return id;
        },
        grant => {
          expect(grant.state).toBe('revoked');
          expect(world.engine.policies.size + world.engine.roles.size).toBe(0);
        },
      );
      expect(deaths.slice(0, 3)).toEqual([
        'revoke',
        'policy removed',
        'role removed',
      ]);
    });

    it('renew gives the time once', async () => {
      const deaths = await dieAtEach(
        async started => {
          const { as, outcomes, work } = started;
          const id = await approved(started);
          await work();
          await as('farid').post(`/grants/${id}/renew`, {
            reason: 'more',
            durationSeconds: 20 * DAY,
          });
          await work();
          const { renewal } = await as('gus').grant(id);
          await as('gus').decide('approve', renewal!.approvalRequestId!);
          await outcomes();
          return id;
        },
        grant => {
          expect(grant.state).toBe('active');
          expect(types(grant).filter(type => type === 'renewed')).toHaveLength(
            1,
          );
          expect(
            world.engine.policies.get(grant.plan.name)!.ttlSeconds,
          ).toBeGreaterThan(19 * DAY);
        },
      );
      expect(deaths).toEqual(['renew', 'renewed']);
    });
  });

  it('gives each grant to one worker, and one that died back after its lease', async () => {
    const one = await start();
    const two = await start({ sameDatabase: true });
    const { id } = await one.as('farid').ask();
    await one.work();
    const { approvalRequestId } = await one.as('farid').grant(id);
    await one.as('giulia').decide('approve', approvalRequestId!);
    await one.as('dana').decide('approve', approvalRequestId!);
    await one.outcomes();
    await Promise.all([one.work(), two.work(), one.work(), two.work()]);
    expect(
      world.engine.calls.filter(call => call === 'policy written'),
    ).toHaveLength(1);
    await one.as('farid').post(`/grants/${id}/revoke`, { reason: 'x' });
    await db('secrets_grants').update({
      lease: '00000000-0000-4000-8000-000000000000',
      leased_until: new Date(Date.now() + 60_000),
    });
    await two.work();
    expect((await one.as('farid').grant(id)).state).toBe('revoking');
    later(61);
    await two.work();
    expect((await one.as('farid').grant(id)).state).toBe('revoked');
    await expectConsistent();
  });

  it.each([
    ['production', 'secret-production', true],
    ['staging', 'secret-access', false],
  ])(
    'asks whom an environment called %s asks for by its flag and not its name',
    async (environment, otherwise, usual) => {
      const asked = async (production: string[] | undefined) => {
        const { as, work } = await start({ production });
        const { id } = await as('farid').ask(
          asks({
            environment,
            subject: {
              kind: 'service-account',
              entityRef: 'component:default/orders',
              namespace: environment,
              name: 'orders',
            },
          }),
        );
        await work();
        const row = await approvalsDb('approvals_requests')
          .where({ subject_id: id })
          .first('request');
        const { policy, subject } = row.request;
        return [policy.name, subject.production];
      };
      expect(await asked(undefined)).toEqual([otherwise, usual]);
      const turned = environment === 'staging' ? ['staging'] : [];
      expect(await asked(turned)).toEqual([
        usual ? 'secret-access' : 'secret-production',
        !usual,
      ]);
    },
  );

  it('takes back what still waits for approval when it is over', async () => {
    const { as, run, work } = await start();
    const { id } = await as('farid').ask();
    await work();
    const waiting = () =>
      approvalsDb('approvals_requests').where({ state: 'waiting' });
    expect(await waiting()).toHaveLength(1);
    world.entities.splice(0, 1);
    await run('secrets-catalog');
    later(301);
    await run('secrets-catalog');
    expect(await as('giulia').grant(id)).toMatchObject({
      state: 'withdrawn',
      reasonCodes: ['subject-deleted'],
    });
    await work();
    expect(await waiting()).toHaveLength(0);
    later(500);
    await work();
    const [row] = await db('secrets_grants');
    expect([row.settled, row.next_at]).toEqual([true, null]);
    expect(
      nextAt(row.grant, { settled: true, proofAsked: false }, new Date()),
    ).toBeUndefined();
  });
});
