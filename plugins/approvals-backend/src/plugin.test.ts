import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  ApprovalOutcome,
  applyEvents,
} from '@shopfloor/plugin-approvals-common';
import { Knex } from 'knex';
import request from 'supertest';
import {
  ask,
  HASH,
  POLICY,
  startApprovals,
  TestWorld,
  testWorld,
} from './__testUtils__/startApprovals';
import { migrationsDirectory } from './store/database';
import { toRow } from './store/requestRow';

jest.setTimeout(120_000);

const OTHER_HASH = `sha256:${'b'.repeat(64)}`;
const HOUR_MS = 3_600_000;

/** What a ResponseError has to look like. */
function saying(message: string) {
  return { body: { error: { message: expect.stringContaining(message) } } };
}

describe('approvals backend', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let world: TestWorld;
  let knex: Knex;
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

  async function start(options: { sameDatabase?: boolean } = {}) {
    if (!options.sameDatabase) {
      knex = await databases.init('POSTGRES_18');
    }
    const started = await startApprovals({ world, knex });
    stops.push(started.stop);
    return started;
  }

  /** Only the clock on the wall moves: what waits in timers goes on. */
  function at(hours: number) {
    const time = Date.now() + hours * HOUR_MS;
    jest.useFakeTimers({
      now: time,
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

  /** Every request is what its events make it, and its columns follow from it. */
  async function expectConsistent() {
    const rows = await knex('approvals_requests');
    for (const row of rows) {
      const events = await knex('approvals_events')
        .where({ request_id: row.id })
        .orderBy('seq');
      const replayed = applyEvents(
        undefined,
        events.map(({ event }) => event),
      );
      expect(row.request).toEqual(replayed);
      const { request: _, ...columns } = toRow(replayed);
      expect(row).toMatchObject(columns);
    }
  }

  it('migrates up, down and up again', async () => {
    const db = await databases.init('POSTGRES_18');
    const tables = async () =>
      (
        await db('information_schema.tables')
          .where({ table_schema: 'public' })
          .whereLike('table_name', 'approvals\\_%')
      ).length;
    await db.migrate.latest({ directory: migrationsDirectory });
    expect(await tables()).toBe(8);
    await db.migrate.rollback({ directory: migrationsDirectory }, true);
    expect(await tables()).toBe(0);
    await db.migrate.latest({ directory: migrationsDirectory });
    expect(await tables()).toBe(8);
  });

  it('takes a request through its stages to an outcome that its plugin takes once', async () => {
    const { traffic, as, take } = await start();
    const { id, state } = await traffic.request(ask());
    expect(state).toBe('waiting');
    const told: ApprovalOutcome[] = [];
    await traffic.outcomes.follow({
      handle: async outcome => {
        told.push(outcome);
      },
    });

    const { body: seen } = await as('anna').get(`/requests/${id}`);
    expect(seen.request.subject.diff).toEqual(ask().diff);
    expect(seen.acts).toEqual({
      decide: [{ principal: 'user:default/anna', fallback: false }],
      whyNotReview: 'wrong-state',
      comment: true,
      withdraw: false,
      breakGlass: false,
      review: false,
    });
    expect((await as('anna').approve(id)).status).toBe(200);
    expect((await as('bert').approve(id)).status).toBe(200);
    await take();
    expect(told).toEqual([]);
    const last = await as('sven').approve(id, 'security', { comment: 'go' });
    expect(last.body.request.state).toBe('approved');
    expect(last.body.history.map((event: any) => event.type)).toEqual([
      'stage-opened',
      'approval-given',
      'approval-given',
      'stage-completed',
      'stage-opened',
      'approval-given',
      'stage-completed',
      'approved',
    ]);
    await take();
    await take();
    expect(told).toEqual([
      {
        requestId: id,
        type: 'traffic-change',
        subjectId: 'change-1',
        contentHash: HASH,
        outcome: 'approved',
        granted: true,
        objected: false,
        at: expect.any(String),
        by: ['user:default/anna', 'user:default/bert', 'user:default/sven'],
        comment: 'go',
      },
    ]);
    await expectConsistent();
  });

  it('refuses with a code, words and the right status', async () => {
    const { traffic, as } = await start();
    const { id } = await traffic.request(ask());
    const answers = await Promise.all([
      as('rita').approve(id),
      as('sven').approve(id),
      as('anna').approve(id, 'security'),
      as('anna').approve(id, 'owners', { contentHash: OTHER_HASH }),
      as('anna').deny(id, ' '),
      as('anna').post(`/requests/${id}/withdraw`),
      as('anna').approve(id, 'owners', { actingFor: 'user:default/bert' }),
      as('anna').approve(id, 'owners', { stagee: 'x' }),
      as('anna').approve('not-an-id'),
    ]);
    expect(
      answers.map(({ status, body }) => [
        status,
        body.error.code ?? body.error.message,
      ]),
    ).toEqual([
      [403, 'requester-never-counts'],
      [403, 'not-an-approver'],
      [409, 'wrong-stage'],
      [409, 'content-changed'],
      [400, 'comment-missing'],
      [403, 'not-requester'],
      [403, 'no-delegation'],
      [400, 'Unrecognized key: "stagee"'],
      [400, 'id: Invalid UUID'],
    ]);
    const denied = await as('anna').deny(id);
    expect(denied.body.request.state).toBe('denied');
    expect((await as('bert').approve(id)).body.error.code).toBe('wrong-state');
  });

  it('has one outcome when the last two approve at once, and when one denies meanwhile', async () => {
    const first = await start();
    const second = await start({ sameDatabase: true });
    for (let round = 0; round < 5; round += 1) {
      const { id } = await first.traffic.request(
        ask({ subjectId: `race-${round}` }),
      );
      await first.as('anna').approve(id);
      world.groups.otto = ['merchandising'];
      const answers = await Promise.all([
        first.as('bert').approve(id),
        second.as('otto').approve(id),
        second.as('bert').approve(id),
        first.as('otto').deny(id),
      ]);
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter(status => status === 200)).toHaveLength(1);
      expect(statuses.every(status => [200, 403, 409].includes(status))).toBe(
        true,
      );
      const outcomes = await knex('approvals_outcomes').where({
        request_id: id,
      });
      expect(outcomes.length).toBeLessThanOrEqual(1);
    }
    await expectConsistent();
  });

  it('asks once what is asked twice, at once too, and supersedes what changed', async () => {
    const { traffic, as } = await start();
    const receipts = await Promise.all(
      Array.from({ length: 5 }, () => traffic.request(ask())),
    );
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(1);
    const [{ id }] = receipts;
    await as('anna').approve(id);
    await expect(
      traffic.request(ask({ contentHash: OTHER_HASH })),
    ).rejects.toMatchObject(saying('waits with other content'));
    const next = await traffic.supersede(ask({ contentHash: OTHER_HASH }));
    expect(next.id).not.toBe(id);
    const { body: old } = await as('anna').get(`/requests/${id}`);
    expect(old.request).toMatchObject({
      state: 'superseded',
      supersededBy: next.id,
    });
    // Nothing that was approved of the old content counts.
    const { body: fresh } = await as('anna').get(`/requests/${next.id}`);
    expect(fresh.request).toMatchObject({ supersedes: id, state: 'waiting' });
    expect(fresh.request.stages[0].approvals).toEqual([]);
    expect((await as('anna').approve(next.id)).body.error.code).toBe(
      'content-changed',
    );
    expect(
      await traffic.list({ type: 'traffic-change', subjectId: 'change-1' }),
    ).toMatchObject([
      { id: next.id, state: 'waiting' },
      { id, state: 'superseded' },
    ]);

    const keyed = ask({ subjectId: 'change-2', requestKey: 'key-2' });
    const once = await traffic.request(keyed);
    await traffic.withdraw({ id: once.id, reason: 'gone' });
    expect(await traffic.request(keyed)).toMatchObject({
      id: once.id,
      state: 'withdrawn',
    });
    await expectConsistent();
  });

  it('says what is wrong with what a plugin asks', async () => {
    const { traffic, server } = await start();
    for (const [changes, message] of [
      [{ type: 'other' }, 'No policy says who decides about "other"'],
      [
        { entityRef: 'component:default/none' },
        'entityRef: the catalog has no',
      ],
      [{ link: '//evil.test' }, 'link: must be a path of the portal'],
      [{ contentHash: 'x' }, 'contentHash: must be sha256:'],
      [{ diff: { ...ask().diff, words: [] } }, 'diff.words: '],
      [
        { environment: undefined, production: true },
        'production: is said of an environment',
      ],
      [{ entityRef: undefined }, 'Nobody could approve this'],
    ] as const) {
      await expect(
        traffic.request(ask(changes as object)),
      ).rejects.toMatchObject(saying(message));
    }
    const asService = (subject: string) =>
      request(server)
        .post('/api/approvals/subjects/requests')
        .set(
          'Authorization',
          mockCredentials.service.header({
            onBehalfOf: mockCredentials.service(subject),
            targetPluginId: 'approvals',
          }),
        )
        .send(ask());
    // Another plugin may not ask about the subjects of traffic.
    expect((await asService('plugin:scorecards')).status).toBe(409);
    expect((await asService('external:script')).status).toBe(403);
    const asPerson = await request(server)
      .post('/api/approvals/subjects/requests')
      .set('Authorization', mockCredentials.user.header('user:default/anna'))
      .send(ask());
    expect(asPerson.status).toBe(403);
    expect(await knex('approvals_requests')).toEqual([]);
  });

  it('gives outcomes only to their plugin, again until they are acknowledged', async () => {
    const { traffic, as, take, server } = await start();
    const { id } = await traffic.request(ask());
    await as('anna').deny(id);
    const pull = (plugin: string) =>
      request(server)
        .get('/api/approvals/outcomes')
        .set(
          'Authorization',
          mockCredentials.service.header({
            onBehalfOf: mockCredentials.service(`plugin:${plugin}`),
            targetPluginId: 'approvals',
          }),
        );
    expect((await pull('secrets')).body.items).toEqual([]);
    expect((await pull('traffic')).body.items).toHaveLength(1);
    let fails = 2;
    const told: string[] = [];
    await traffic.outcomes.follow({
      handle: async ({ outcome }) => {
        fails -= 1;
        if (fails >= 0) {
          throw new Error('the plugin died');
        }
        told.push(outcome);
      },
    });
    await take();
    await take();
    expect(told).toEqual([]);
    await take();
    expect(told).toEqual(['denied']);
    expect((await pull('traffic')).body.items).toEqual([]);
  });

  it('expires, escalates and tells people, by whichever instance looks first', async () => {
    const first = await start();
    const second = await start({ sameDatabase: true });
    const { id } = await first.traffic.request(ask());
    await first.run('notices');
    expect(world.sent).toMatchObject([
      {
        recipients: {
          entityRef: ['group:default/merchandising'],
          excludeEntityRef: ['user:default/rita'],
        },
        payload: {
          title: expect.stringContaining('Send 60 % to v2'),
          link: `/approvals/${id}`,
          severity: 'high',
        },
      },
    ]);
    await first.run('clock');
    expect((await second.as('pia').approve(id)).body.error.code).toBe(
      'not-an-approver',
    );
    at(8);
    await Promise.all([first.run('clock'), second.run('clock')]);
    world.sent.length = 0;
    await Promise.all([first.run('notices'), second.run('notices')]);
    expect(
      world.sent.map(({ recipients }) => recipients.entityRef).sort(),
    ).toEqual([['group:default/platform'], ['user:default/rita']]);
    expect((await second.as('pia').approve(id)).status).toBe(200);
    at(40);
    // Nobody has looked yet, and yet nobody decides any more.
    expect((await first.as('anna').approve(id)).body.error.code).toBe(
      'expired',
    );
    await Promise.all([first.run('clock'), second.run('clock')]);
    const { body } = await first.as('anna').get(`/requests/${id}`);
    expect(body.request.state).toBe('expired');
    expect(
      body.history.filter(({ type }: any) => type === 'expired'),
    ).toHaveLength(1);
    await expectConsistent();
  });

  it('keeps what time does as acts of its own, each once', async () => {
    const { traffic, run } = await start();
    const { id } = await traffic.request(ask());
    const acts = () =>
      world.audit
        .filter(({ eventId }) => /^request-/.test(eventId))
        .map(({ eventId, status, approvalId }) => [
          eventId,
          status,
          approvalId,
        ]);
    await run('clock');
    expect(acts()).toEqual([]);
    at(8);
    await run('clock');
    await run('clock');
    const escalated = [
      ['request-escalate', 'initiated', id],
      ['request-escalate', 'succeeded', id],
    ];
    expect(acts().slice(0, 2)).toEqual(escalated);
    at(49);
    await run('clock');
    await run('clock');
    const last = acts().slice(-2);
    expect(last).toEqual([
      ['request-expire', 'initiated', id],
      ['request-expire', 'succeeded', id],
    ]);
    expect(acts().filter(([, status]) => status === 'failed')).toEqual([]);
    expect(new Set(acts().map(each => each.join(' '))).size).toBe(
      acts().length,
    );
  });

  it('sends again what could not be sent', async () => {
    const { traffic, run } = await start();
    await traffic.request(ask());
    world.notificationsFail = true;
    await run('notices');
    world.notificationsFail = false;
    await run('notices');
    expect(world.sent).toEqual([]);
    at(1);
    await run('notices');
    await run('notices');
    expect(world.sent).toHaveLength(1);
  });

  it('lets security break the glass, tells it at once and has it reviewed', async () => {
    const { traffic, as, run } = await start();
    const { id } = await traffic.request(ask());
    const glass = { reason: 'the shop is down', contentHash: HASH };
    expect(
      (await as('anna').post(`/requests/${id}/break-glass`, glass)).body.error
        .code,
    ).toBe('may-not-break-glass');
    const broken = await as('sven').post(`/requests/${id}/break-glass`, glass);
    expect(broken.body.request.state).toBe('break-glass');
    await run('notices');
    expect(world.sent.at(-1)).toMatchObject({
      recipients: {
        entityRef: expect.arrayContaining([
          'user:default/rita',
          'group:default/merchandising',
          'group:default/platform',
        ]),
      },
      payload: { severity: 'critical' },
    });
    const inbox = await as('pia').get('/requests?view=waiting-for-me');
    expect(inbox.body.items).toMatchObject([
      { id, state: 'break-glass', waitingForMe: true },
    ]);
    const overdue = () =>
      knex('approvals_events')
        .whereRaw(`event ->> 'type' = 'review-overdue'`)
        .then(rows => rows.length);
    at(25);
    await run('clock');
    await run('clock');
    expect(await overdue()).toBe(1);
    // Every day until somebody does it.
    at(50);
    await run('clock');
    await run('clock');
    expect(await overdue()).toBe(2);
    const review = { verdict: 'objected', comment: 'a rollback was enough' };
    const reviewed = await as('pia').post(`/requests/${id}/review`, review);
    expect(reviewed.body.request).toMatchObject({
      state: 'break-glass-reviewed',
      glass: { overdueSince: expect.any(String) },
    });
    const outcomes = await knex('approvals_outcomes').orderBy('position');
    expect(outcomes.map(({ outcome }) => outcome)).toMatchObject([
      { outcome: 'break-glass', granted: true },
      { outcome: 'break-glass-reviewed', granted: false, objected: true },
    ]);
  });

  it('shows a person the own requests and what waits, and of others not even a count', async () => {
    const { traffic, as } = await start();
    const a = await traffic.request(ask({ subjectId: 'a' }));
    const b = await traffic.request(
      ask({
        subjectId: 'b',
        requester: 'user:default/anna',
        environment: 'staging',
        title: { en: 'Another', zh: '另一个' },
      }),
    );
    const view = async (name: string, query: string) => {
      const { body } = await as(name).get(`/requests?${query}`);
      return [
        body.items.map(({ id }: any) => id).sort(),
        body.totalItems,
        body.counts,
      ];
    };
    expect(await view('bert', 'view=waiting-for-me')).toEqual([
      [a.id, b.id].sort(),
      2,
      { waitingForMe: 2, mine: 0 },
    ]);
    // Nobody decides about the own request, nor twice.
    expect(await view('anna', 'view=waiting-for-me')).toEqual([
      [a.id],
      1,
      { waitingForMe: 1, mine: 1 },
    ]);
    await as('bert').approve(a.id);
    expect((await view('bert', 'view=waiting-for-me'))[0]).toEqual([b.id]);
    expect((await view('anna', 'view=mine'))[0]).toEqual([b.id]);
    expect((await view('bert', 'environment=staging'))[0]).toEqual([b.id]);
    expect((await view('bert', 'text=ANOTHER'))[0]).toEqual([b.id]);
    expect((await view('bert', 'state=denied&state=expired'))[0]).toEqual([]);
    expect(await view('bert', 'limit=1&offset=1')).toMatchObject([
      [expect.any(String)],
      2,
      {},
    ]);

    expect(await view('otto', '')).toEqual([
      [],
      0,
      { waitingForMe: 0, mine: 0 },
    ]);
    for (const path of ['', '/approve']) {
      const { status, body } = await (path
        ? as('otto').approve(a.id)
        : as('otto').get(`/requests/${a.id}`));
      expect([status, body.error.message]).toEqual([
        404,
        `There is no request ${a.id}, or you may not see it`,
      ]);
    }
    world.policy = name =>
      name === 'approvals.request.read'
        ? { result: AuthorizeResult.DENY }
        : undefined;
    expect((await as('bert').get('/requests')).status).toBe(403);
  });

  it('lets a person decide only with the permission', async () => {
    const { traffic, as } = await start();
    const { id } = await traffic.request(ask());
    world.policy = (name, user) =>
      user === 'user:default/anna' && name !== 'approvals.request.read'
        ? { result: AuthorizeResult.DENY }
        : undefined;
    const { body } = await as('anna').get(`/requests/${id}`);
    expect(body.acts).toMatchObject({
      decide: [],
      whyNotDecide: 'no-permission',
      comment: false,
    });
    const answers = await Promise.all([
      as('anna').approve(id),
      as('anna').deny(id),
      as('anna').post(`/requests/${id}/comment`, { text: 'x' }),
      as('anna').get('/policies'),
      as('anna').post('/delegations', {
        to: 'user:default/bert',
        startsAt: new Date().toISOString(),
        endsAt: new Date(Date.now() + HOUR_MS).toISOString(),
      }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([
      403, 403, 403, 403, 403,
    ]);
  });

  it('lets a delegate see, be told and decide in the place of another for a time', async () => {
    const { traffic, as, run } = await start();
    const { id } = await traffic.request(ask());
    const delegation = {
      to: 'user:default/otto',
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + HOUR_MS).toISOString(),
      types: ['traffic-change'],
    };
    for (const [changes, message] of [
      [{ to: 'user:default/anna' }, 'to: you decide for yourself anyway'],
      [{ to: 'user:default/nobody' }, 'to: the catalog knows no person'],
      [{ endsAt: delegation.startsAt }, 'endsAt: must be later'],
      [{ endsAt: '2099-01-01T00:00:00Z' }, 'lasts at most 90 days'],
    ] as const) {
      const { status, body } = await as('anna').post('/delegations', {
        ...delegation,
        ...changes,
      });
      expect([status, body.error.message]).toEqual([
        400,
        expect.stringContaining(message),
      ]);
    }
    const made = await as('anna').post('/delegations', delegation);
    expect(made.status).toBe(201);
    const { body: list } = await as('otto').get('/delegations');
    expect(list).toMatchObject({
      items: [{ from: 'user:default/anna', to: 'user:default/otto' }],
      types: ['traffic-change'],
    });

    const { body: inbox } = await as('otto').get(
      '/requests?view=waiting-for-me',
    );
    expect(inbox.items).toMatchObject([{ id }]);
    await run('notices');
    expect(world.sent[0].recipients.entityRef).toContain('user:default/otto');
    const { body: seen } = await as('otto').get(`/requests/${id}`);
    expect(seen.acts).toMatchObject({
      decide: [{ principal: 'user:default/anna' }],
      whyNotDecide: 'not-an-approver',
    });
    const inPlace = { actingFor: 'user:default/anna' };
    expect((await as('otto').approve(id, 'owners', inPlace)).status).toBe(200);
    // The principal is used up with it.
    expect((await as('anna').approve(id)).body.error.code).toBe(
      'counted-already',
    );
    expect(
      (await as('anna').get('/requests?view=waiting-for-me')).body.items,
    ).toEqual([]);

    const ended = await as('anna').post(`/delegations/${made.body.id}/end`);
    expect(ended.body.endedAt).toEqual(expect.any(String));
    expect(
      (await as('otto').post(`/delegations/${made.body.id}/end`)).status,
    ).toBe(404);
    const other = await traffic.request(ask({ subjectId: 'other' }));
    expect((await as('otto').get(`/requests/${other.id}`)).status).toBe(404);
    // What one took part in stays to be seen.
    expect((await as('otto').get(`/requests/${id}`)).status).toBe(200);
  });

  it('keeps the discussion, and tells those who take part', async () => {
    const { traffic, as, run } = await start();
    const { id } = await traffic.request(ask());
    await as('anna').deny(id, 'why 60 %?');
    world.sent.length = 0;
    await run('notices');
    world.sent.length = 0;
    const { body } = await as('rita').post(`/requests/${id}/comment`, {
      text: 'since 10 % were fine',
    });
    expect(body.history.at(-1)).toMatchObject({
      type: 'commented',
      by: 'user:default/rita',
      text: 'since 10 % were fine',
    });
    await run('notices');
    expect(world.sent).toMatchObject([
      { recipients: { entityRef: ['user:default/anna'] } },
    ]);
  });

  it('keeps requests as they were made when policies are edited, and older policies when files break', async () => {
    const { traffic, as, run } = await start();
    const { id } = await traffic.request(ask());
    world.files = {
      'two-stages.yaml': POLICY.replace('quorum: 2', 'quorum: 0'),
      'other.yaml': POLICY.replace('name: two-stages', 'name: other'),
    };
    await run('policies');
    const { body } = await as('anna').get('/policies');
    expect(body.items).toMatchObject([{ policy: { name: 'two-stages' } }]);
    expect(body.invalid).toMatchObject([
      {
        file: 'other.yaml',
        problems: [{ field: 'spec.appliesTo', policy: 'other' }],
      },
      {
        file: 'two-stages.yaml',
        usesOlder: ['two-stages'],
        problems: [{ field: 'spec.stages[0].quorum', line: 13 }],
      },
    ]);
    world.files = {
      'two-stages.yaml': POLICY.replace('quorum: 2', 'quorum: 1'),
    };
    await run('policies');
    expect((await as('anna').approve(id)).body.request.stage).toBe(0);
    const next = await traffic.request(ask({ subjectId: 'next' }));
    expect((await as('anna').approve(next.id)).body.request.stage).toBe(1);
  });

  it('goes by whether an environment is production, and by the name in what waits from before', async () => {
    const byName = POLICY.replace(
      '{ types: [traffic-change] }',
      '{ types: [traffic-change], environments: [production] }',
    ).replace('quorum: 2', 'quorum: 1');
    world.files = { 'strict.yaml': byName };
    const { traffic, as, run } = await start();
    const before = await traffic.request(ask());
    world.files = {
      'strict.yaml': byName.replace(
        'environments: [production]',
        'production: true',
      ),
      'plain.yaml': byName
        .replace('name: two-stages', 'name: plain')
        .replace(', environments: [production]', ''),
    };
    await run('policies');
    const policyOf = async (subjectId: string, about: object) =>
      (await traffic.request(ask({ subjectId, ...about }))).policy;
    expect(
      await policyOf('a', { environment: 'europe', production: true }),
    ).toBe('two-stages');
    expect(await policyOf('b', { environment: 'europe' })).toBe('two-stages');
    expect(
      await policyOf('c', { environment: 'europe', production: false }),
    ).toBe('plain');
    expect((await traffic.request(ask())).id).toBe(before.id);
    await as('anna').approve(before.id);
    const { body } = await as('sven').approve(before.id, 'security');
    expect(body.request).toMatchObject({
      state: 'approved',
      policy: { appliesTo: { environments: ['production'] } },
    });
    expect(body.request.subject).not.toHaveProperty('production');
  });

  it('does nothing of a decision whose outcome cannot be written', async () => {
    const { traffic, as } = await start();
    const { id } = await traffic.request(ask());
    await knex.schema.renameTable('approvals_outcomes', 'gone');
    expect((await as('anna').deny(id)).status).toBe(500);
    await knex.schema.renameTable('gone', 'approvals_outcomes');
    const { body } = await as('anna').get(`/requests/${id}`);
    expect(body.request).toMatchObject({ state: 'waiting', version: 2 });
    expect(body.request.denials).toEqual([]);
    expect((await as('anna').deny(id)).status).toBe(200);
    expect(await knex('approvals_outcomes')).toHaveLength(1);
    await expectConsistent();
  });

  it('tells another process again that was killed before it acknowledged', async () => {
    const { traffic, as, server } = await start();
    const { id } = await traffic.request(ask());
    await as('anna').deny(id);
    const folder = await mkdtemp(join(tmpdir(), 'approvals-'));
    const done = join(folder, 'done');
    const token = mockCredentials.service.header({
      onBehalfOf: mockCredentials.service('plugin:traffic'),
      targetPluginId: 'approvals',
    });
    const base = `http://localhost:${server.port()}/api/approvals`;
    // Takes what waits, writes down that it did its part, and dies before or after it acknowledges.
    const script = `
      const { appendFileSync } = require('node:fs');
      const headers = { authorization: process.env.TOKEN, 'content-type': 'application/json' };
      const { BASE, DONE, DIES } = process.env;
      (async () => {
        const { items } = await (await fetch(BASE + '/outcomes', { headers })).json();
        for (const { position, outcome } of items) {
          appendFileSync(DONE, outcome + '\\n');
          if (DIES) process.kill(process.pid, 'SIGKILL');
          await fetch(BASE + '/outcomes/acknowledge', {
            method: 'POST', headers, body: JSON.stringify({ positions: [position] }),
          });
        }
      })();`;
    const child = async (dies: boolean) =>
      promisify(execFile)(process.execPath, ['-e', script], {
        env: { TOKEN: token, BASE: base, DONE: done, DIES: dies ? '1' : '' },
        timeout: 30_000,
      }).then(
        () => undefined,
        error => error.signal,
      );
    try {
      expect(await child(true)).toBe('SIGKILL');
      expect(await child(true)).toBe('SIGKILL');
      expect(await child(false)).toBeUndefined();
      expect(await child(false)).toBeUndefined();
      expect(await readFile(done, 'utf8')).toBe('denied\ndenied\ndenied\n');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('decides about one request as it does about lists', async () => {
    const { traffic, as, server } = await start();
    const { id } = await traffic.request(ask());
    const decided = async (name: string, ref: string) => {
      const { body } = await request(server)
        .post(
          '/api/approvals/.well-known/backstage/permissions/apply-conditions',
        )
        .set('Authorization', mockCredentials.service.header())
        .send({
          items: [
            {
              id: '1',
              resourceRef: ref,
              resourceType: 'approvals-request',
              conditions: {
                rule: 'IS_PARTICIPANT',
                resourceType: 'approvals-request',
                params: {
                  claims: [
                    `user:default/${name}`,
                    ...world.groups[name].map(
                      group => `group:default/${group}`,
                    ),
                  ],
                },
              },
            },
          ],
        });
      const listed = await as(name).get(`/requests/${ref}`);
      return [body.items[0].result, listed.status];
    };
    expect(await decided('anna', id)).toEqual(['ALLOW', 200]);
    expect(await decided('pia', id)).toEqual(['ALLOW', 200]);
    expect(await decided('otto', id)).toEqual(['DENY', 404]);
    expect(
      await decided('anna', '00000000-0000-4000-8000-000000000000'),
    ).toEqual(['DENY', 404]);
    await as('anna').post('/delegations', {
      to: 'user:default/otto',
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + HOUR_MS).toISOString(),
    });
    expect(await decided('otto', id)).toEqual(['ALLOW', 200]);
  });
});
