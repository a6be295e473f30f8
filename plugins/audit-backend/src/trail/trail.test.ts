import { randomUUID, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AuditorService,
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { TestDatabases } from '@backstage/backend-test-utils';
import { PolicyDecision } from '@backstage/plugin-permission-common';
import {
  AuditTrailService,
  auditTrailServiceRef,
  trailAuditorServiceFactory,
} from '@shopfloor/plugin-audit-node';
import { Knex } from 'knex';
import {
  ALLOW,
  DENY,
  ifEntity,
  service,
  startAudit,
  TestWorld,
} from '../__testUtils__/startAudit';

jest.setTimeout(120_000);

const ADA = 'user:default/ada';
const privateKey = generateKeyPairSync('ed25519')
  .privateKey.export({ format: 'der', type: 'pkcs8' })
  .toString('base64');

describe('the audit trail', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let directory: string;
  let world: TestWorld;
  let decisions: Record<string, PolicyDecision>;
  let audit: Awaited<ReturnType<typeof startAudit>>;
  /** As the plugins have them. */
  let trail: AuditTrailService;
  let auditors: Record<string, AuditorService>;

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    directory = await mkdtemp(join(tmpdir(), 'audit-anchors-'));
    decisions = {};
    auditors = {};
    world = {
      entities: [
        service('orders'),
        service('cart', 'group:default/storefront-team'),
      ],
      decide: permission => decisions[permission] ?? ALLOW,
    };
    const pluginOf = (pluginId: string) =>
      createBackendPlugin({
        pluginId,
        register(env) {
          env.registerInit({
            deps: {
              auditor: coreServices.auditor,
              trail: auditTrailServiceRef,
            },
            async init(deps) {
              auditors[pluginId] = deps.auditor;
              trail = deps.trail;
            },
          });
        },
      });
    audit = await startAudit(knex, world, {
      features: [
        trailAuditorServiceFactory,
        pluginOf('catalog'),
        pluginOf('traffic'),
      ],
      config: { audit: { anchors: { directory, signingKey: privateKey } } },
    });
    await audit.trigger('discovery');
  });

  afterEach(async () => {
    await audit.stop();
    await knex.destroy();
    await rm(directory, { recursive: true, force: true });
  });

  const list = async (query = '') => {
    const { status, body } = await audit.asPerson(ADA, 'get', `/trail${query}`);
    expect(status).toBe(200);
    return body;
  };
  const verify = async () => {
    const { status, body } = await audit.asPerson(ADA, 'get', '/trail/verify');
    expect(status).toBe(200);
    return Object.fromEntries(
      body.streams.map((stream: any) => [
        stream.stream,
        [
          stream.state,
          ...stream.findings.map(
            ({ kind, sequence }: any) => `${kind} ${sequence}`,
          ),
        ],
      ]),
    );
  };
  const begin = (more: object = {}) =>
    trail.begin({
      action: 'route-change',
      actor: ADA,
      entityRef: 'component:default/orders',
      environment: 'production',
      reason: 'Try v2',
      before: { weight: 0, apiToken: 'x', note: 'n' },
      details: { password: 'hunter2', summary: '10 %' },
      schema: { fields: { weight: 'keep' } },
      ...more,
    });
  /** As whoever administers the database could. */
  const asAdministrator = async (statement: string) => {
    await knex.raw('alter table audit_trail disable trigger user');
    await knex.raw(statement);
    await knex.raw('alter table audit_trail enable trigger user');
  };

  it('has the intent before the write and the outcome after, with nothing that no schema names', async () => {
    const act = await begin();
    const intent = {
      actId: act.actId,
      stream: 'traffic',
      sequence: 1,
      at: expect.any(String),
      action: 'route-change',
      actor: ADA,
      entityRef: 'component:default/orders',
      environment: 'production',
      reason: 'Try v2',
      before: { weight: 0, apiToken: '[redacted]', note: '[redacted]' },
      details: { password: '[redacted]', summary: '10 %' },
    };
    expect(await list()).toEqual({
      items: [{ ...intent, outcome: 'unknown' }],
      totalItems: 1,
      mayVerify: true,
    });
    await act.succeed({ weight: 10, note: 'n' });
    await act.succeed({ weight: 99 });
    const after = { weight: 10, note: '[redacted]' };
    expect((await list()).items).toEqual([
      {
        ...intent,
        outcome: 'succeeded',
        result: {
          outcome: 'succeeded',
          after,
          sequence: 2,
          at: expect.any(String),
        },
      },
    ]);
    const rows = JSON.stringify(await knex('audit_trail'));
    expect(rows).not.toContain('hunter2');
  });

  it('takes whatever somebody writes', async () => {
    const reason = `a${String.fromCharCode(0)}b ${String.fromCharCode(0xd800)} 陈 \u{1F600}`;
    await (await begin({ reason, changeId: 'c1' })).succeed();
    const [found] = (await list('?changeId=c1')).items;
    expect(found.reason).toBe('a\uFFFDb \uFFFD 陈 \u{1F600}');
    await audit.trigger('anchor');
    expect(await verify()).toEqual({ traffic: ['intact'] });
  });

  it('keeps refused tries too', async () => {
    const error = Object.assign(new Error('not yours'), {
      name: 'NotAllowedError',
    });
    await (await begin()).fail(error);
    await trail.deny({
      action: 'route-undo',
      actor: ADA,
      schema: 'redact',
      error,
    });
    expect((await list('?outcome=denied')).items).toMatchObject([
      { action: 'route-undo', result: { error: 'NotAllowedError: not yours' } },
      { action: 'route-change' },
    ]);
  });

  it('writes nothing without the intent', async () => {
    await knex.raw('alter table audit_trail rename to elsewhere');
    await expect(begin()).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
    });
    const answer = await audit.asPerson(
      ADA,
      'post',
      '/incidents',
      {
        title: 'T',
        entityRefs: ['orders'],
        environment: 'production',
        severity: 'page',
      },
      { 'idempotency-key': 'key-00000001' },
    );
    expect(answer.status).toBe(503);
    expect(await knex('audit_incidents')).toEqual([]);
    // The core goes on; what it does is in its log.
    const event = await auditors.catalog.createEvent({
      eventId: 'entity-mutate',
      severityLevel: 'medium',
    });
    await event.success();
    await knex.raw('alter table elsewhere rename to audit_trail');
  });

  it('has what core plugins and ours tell their auditor, without reads', async () => {
    for (const [plugin, severityLevel] of [
      ['catalog', 'low'],
      ['catalog', 'medium'],
      ['traffic', 'low'],
    ] as const) {
      const event = await auditors[plugin].createEvent({
        eventId: `${plugin}-${severityLevel}`,
        severityLevel,
        meta: { entityRef: 'component:default/cart', token: 'x' },
      });
      await event.success({ meta: { more: 1 } });
    }
    expect((await list()).items).toMatchObject([
      {
        stream: 'traffic',
        action: 'traffic-low',
        actor: 'plugin:traffic',
        outcome: 'succeeded',
      },
      {
        stream: 'catalog',
        action: 'catalog-medium',
        entityRef: 'component:default/cart',
        details: { token: '[redacted]' },
        result: { details: { more: 1 } },
      },
    ]);
    expect((await list()).totalItems).toBe(2);
  });

  it('has each write of this plugin, refused ones too', async () => {
    const opened = await audit.asPerson(
      ADA,
      'post',
      '/incidents',
      {
        title: 'T',
        entityRefs: ['orders'],
        environment: 'production',
        severity: 'page',
      },
      { 'idempotency-key': 'key-00000001' },
    );
    const path = `/incidents/${opened.body.id}/close`;
    await audit.asPerson(ADA, 'post', path, {});
    await audit.asPerson(ADA, 'post', path, {});
    decisions['audit.incident.manage'] = DENY;
    await audit.asPerson(ADA, 'post', path, {});
    expect(
      (await list('?stream=audit')).items.map((act: any) => [
        act.action,
        act.actor,
        act.outcome,
        act.request.url,
      ]),
    ).toEqual([
      ['incident-close', ADA, 'denied', `/api/audit${path}`],
      ['incident-close', ADA, 'failed', `/api/audit${path}`],
      ['incident-close', ADA, 'succeeded', `/api/audit${path}`],
      ['incident-open', ADA, 'succeeded', '/api/audit/incidents'],
    ]);
  });

  it('is appended to by many at once, in one chain', async () => {
    await Promise.all(
      Array.from({ length: 20 }, async () => (await begin()).succeed()),
    );
    await audit.trigger('anchor');
    expect(await verify()).toEqual({ traffic: ['intact'] });
    expect(await knex('audit_trail').max('sequence as last').first()).toEqual({
      last: '40',
    });
  });

  it('takes the same act once, and outcomes of acts alone', async () => {
    const actId = randomUUID();
    const tell = (subject: string, path: string, body: object) =>
      audit.asProgram(subject, 'post', `/trail/acts${path}`, body);
    const intent = { actId, action: 'a', actor: ADA };
    await tell('plugin:slo', '', intent);
    expect((await tell('plugin:slo', '', intent)).status).toBe(201);
    expect((await list()).totalItems).toBe(1);
    const end = (subject: string) =>
      tell(subject, `/${actId}/outcome`, { outcome: 'succeeded' });
    expect((await end('plugin:traffic')).status).toBe(404);
    expect((await end('plugin:slo')).status).toBe(201);
    expect((await tell('external:alertmanager', '', intent)).status).toBe(403);
    const person = await audit.asPerson(ADA, 'post', '/trail/acts', intent);
    expect(person.status).toBe(403);
    const wrong = await tell('plugin:slo', '', { ...intent, action: 'A B' });
    expect([wrong.status, wrong.body.error.message]).toEqual([
      400,
      'action: must be a name in lower case',
    ]);
  });

  it('cannot be changed by a statement', async () => {
    await begin();
    for (const statement of [
      `update audit_trail set actor = 'x'`,
      'delete from audit_trail',
      'truncate audit_trail',
    ]) {
      await expect(knex.raw(statement)).rejects.toThrow('append-only');
    }
  });

  describe('when somebody administers the database', () => {
    beforeEach(async () => {
      for (let at = 0; at < 3; at += 1) {
        await (await begin()).succeed();
      }
      await audit.trigger('anchor');
    });

    it('finds nothing as long as nobody did anything', async () => {
      expect(await verify()).toEqual({ traffic: ['intact'] });
    });

    it.each([
      [
        'a changed text',
        `update audit_trail set body = replace(body, 'Try v2', 'Try v3') where sequence = 3`,
        'altered 3',
      ],
      [
        'a changed column',
        `update audit_trail set actor = 'user:default/ben' where sequence = 3`,
        'altered 3',
      ],
      [
        'an entry that is gone',
        'delete from audit_trail where sequence = 3',
        'missing 3',
      ],
      [
        'an end that is gone',
        `delete from audit_trail where sequence > 4;
         update audit_streams set sequence = 4, hash = (select hash from audit_trail where sequence = 4)`,
        'truncated 5',
      ],
    ])('shows %s', async (_, statement, finding) => {
      await asAdministrator(statement);
      expect(await verify()).toEqual({ traffic: ['broken', finding] });
    });

    it('shows a chain that was begun anew', async () => {
      await asAdministrator(
        'delete from audit_trail; delete from audit_streams',
      );
      // Nothing is there, and the anchors know that there was.
      expect(await verify()).toEqual({ traffic: ['broken', 'truncated 1'] });
      for (let at = 0; at < 3; at += 1) {
        await (await begin()).succeed();
      }
      expect(await verify()).toEqual({ traffic: ['broken', 'rewritten 6'] });
    });

    it('shows anchors that were forged', async () => {
      const path = join(directory, 'traffic.jsonl');
      const anchor = JSON.parse(await readFile(path, 'utf8'));
      await writeFile(path, JSON.stringify({ ...anchor, sequence: 2 }));
      expect(await verify()).toEqual({ traffic: ['broken', 'bad-anchor 2'] });
      // Nobody vouches for it any more.
      await rm(path);
      expect(await verify()).toEqual({ traffic: ['unanchored'] });
    });
  });

  it('is anchored when it grew, and again after a crash in the middle of a line', async () => {
    await begin();
    await audit.trigger('anchor');
    await audit.trigger('anchor');
    expect(await readdir(directory)).toEqual(['traffic.jsonl']);
    const path = join(directory, 'traffic.jsonl');
    const whole = await readFile(path, 'utf8');
    expect(whole.split('\n')).toHaveLength(1);
    await writeFile(path, `${whole}\n{"stream":"traf`);
    await begin();
    expect(await verify()).toEqual({ traffic: ['intact'] });
  });

  describe('is read', () => {
    beforeEach(async () => {
      await (await begin()).succeed();
      await begin({ entityRef: 'component:default/cart' });
      await begin({ entityRef: undefined, reason: '=cmd|x, "quoted"' });
    });
    const entities = (body: any) =>
      body.items.map((act: any) => act.entityRef?.split('/')[1]);

    it('by whom it concerns, in counts too', async () => {
      expect(entities(await list())).toEqual([undefined, 'cart', 'orders']);
      decisions['audit.trail.read'] = ifEntity('IS_ENTITY_OWNER', {
        claims: ['group:default/storefront-team'],
      });
      const own = await list();
      expect([entities(own), own.totalItems]).toEqual([['cart'], 1]);
      decisions['catalog.entity.read'] = ifEntity('IS_ENTITY_KIND', {
        kinds: ['api'],
      });
      expect((await list()).totalItems).toBe(0);
      decisions['audit.trail.verify'] = DENY;
      expect((await list()).mayVerify).toBe(false);
      decisions['audit.trail.read'] = DENY;
      for (const path of ['', '/export?format=csv', '/verify', '/archives']) {
        const { status } = await audit.asPerson(ADA, 'get', `/trail${path}`);
        expect(status).toBe(403);
      }
    });

    it('by filters and pages', async () => {
      expect(entities(await list('?entity=orders'))).toEqual(['orders']);
      expect(
        entities(await list('?outcome=unknown&actor=user:default/ada')),
      ).toEqual([undefined, 'cart']);
      expect((await list('?action=other')).totalItems).toBe(0);
      const first = await list('?limit=2');
      const second = await list(`?limit=2&cursor=${first.nextCursor}`);
      expect([...entities(first), ...entities(second)]).toEqual([
        undefined,
        'cart',
        'orders',
      ]);
    });

    it('by the trace, the change and the approval that they belong to, whichever entry names them', async () => {
      await begin({ traceId: 't1', changeId: 'c1' });
      await (
        await begin({ changeId: 'c1' })
      ).succeed(undefined, {
        approvalId: 'r1',
      });
      const total = async (query: string) => (await list(query)).totalItems;
      expect(await total('?traceId=t1')).toBe(1);
      expect(await total('?changeId=c1')).toBe(2);
      expect(await total('?approvalId=r1')).toBe(1);
      expect(await total('?approvalId=r1&traceId=t1')).toBe(0);
      expect(await total('?changeId=c1&changeId=other')).toBe(2);
      expect(
        await total(`?changeId=${encodeURIComponent("x' or true --")}`),
      ).toBe(0);
    });

    it('with a word on archives that the time reaches into, which only who may check the trail sees', async () => {
      const at = (day: number) => new Date(Date.UTC(2025, 0, day));
      const text = (day: number) => at(day).toISOString();
      const row = (stream: string, first: number, sealed: number) => ({
        stream,
        first,
        last: first + 1,
        last_hash: 'h',
        sealed_at: at(sealed),
      });
      await knex('audit_archives').insert([
        { ...row('traffic', 1, 20), begins_at: at(1), until_at: at(4) },
        { ...row('traffic', 3, 20), begins_at: at(5), until_at: at(8) },
        // As an earlier version left it: not after its seal.
        row('slo', 1, 10),
      ]);
      const until = async (query: string) => (await list(query)).archivedUntil;
      expect(await until('')).toBe(text(10));
      expect(await until('?stream=traffic')).toBe(text(8));
      expect(await until(`?stream=traffic&to=${text(5)}`)).toBe(text(4));
      expect(await until(`?stream=traffic&from=${text(8)}`)).toBe(text(8));
      expect(await until(`?stream=traffic&from=${text(9)}`)).toBeUndefined();
      expect(await until('?stream=catalog')).toBeUndefined();
      const csv = await audit.asPerson(
        ADA,
        'get',
        '/trail/export?format=csv&stream=traffic',
      );
      expect(csv.headers['x-archived-until']).toBe(text(8));

      const get = async (query: string) =>
        audit.asPerson(ADA, 'get', `/trail/archives${query}`);
      const first = (await get('?limit=2')).body;
      const second = (await get(`?limit=2&cursor=${first.nextCursor}`)).body;
      expect(first.totalItems).toBe(3);
      expect([...first.items, ...second.items]).toEqual([
        {
          stream: 'traffic',
          first: 3,
          last: 4,
          from: text(5),
          until: text(8),
          sealedAt: text(20),
          state: 'unknown',
          problem: 'no-folder',
        },
        expect.objectContaining({ stream: 'traffic', first: 1 }),
        {
          stream: 'slo',
          first: 1,
          last: 2,
          sealedAt: text(10),
          state: 'unknown',
          problem: 'no-folder',
        },
      ]);
      expect(second.nextCursor).toBeUndefined();
      for (const [query, words] of [
        [`?from=${text(2)}&to=${text(1)}`, 'from: must not be after to'],
        ['?cursor=x', 'cursor: is not one that this list returned'],
      ]) {
        const { status, body } = await get(query);
        expect([status, body.error.message]).toEqual([400, words]);
      }
      decisions['audit.trail.verify'] = DENY;
      expect((await get('')).status).toBe(403);
      expect(await until('?stream=traffic')).toBe(text(8));
    });

    it('as a file, which is an act of its own', async () => {
      const csv = await audit.asPerson(
        ADA,
        'get',
        '/trail/export?format=csv&stream=traffic',
      );
      expect(csv.headers['content-disposition']).toBe(
        'attachment; filename="audit-trail.csv"',
      );
      const lines = csv.text.split('\r\n');
      expect(lines).toHaveLength(5);
      expect(lines[0]).toMatch(/,approvalId,changeId,traceId,before,after$/);
      expect(lines[1]).toContain(`"'=cmd|x, ""quoted"""`);
      expect(lines[1]).toContain('""weight"":0');
      const json = await audit.asPerson(
        ADA,
        'get',
        '/trail/export?format=json&entity=cart',
      );
      expect(entities(json.body)).toEqual(['cart']);
      expect((await list('?action=trail-export')).items).toMatchObject([
        { stream: 'audit', result: { details: { acts: 1 } } },
        { stream: 'audit', result: { details: { acts: 3 } } },
      ]);
    });
  });
});
