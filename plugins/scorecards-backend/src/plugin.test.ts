import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import request from 'supertest';
import { Knex } from 'knex';
import { migrationsDirectory } from './store/database';
import {
  READINESS,
  service,
  startScorecards,
  TestWorld,
  testWorld,
} from './__testUtils__/startScorecards';

jest.setTimeout(120_000);

const ADA = 'user:default/ada';
const BEN = 'user:default/ben';
const CART = 'component:default/cart';
const ORDERS = 'component:default/orders';
const PRODUCTS = 'component:default/products';

describe('scorecards backend', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let world: TestWorld;
  let knex: Knex;
  let stops: Array<() => Promise<void>>;

  beforeEach(() => {
    world = testWorld();
    stops = [];
  });

  afterEach(async () => {
    for (const stop of stops) {
      await stop();
    }
  });

  async function start() {
    knex = await databases.init('POSTGRES_18');
    const started = await startScorecards({ world, knex });
    stops.push(started.stop);
    await started.round();
    const call =
      (method: 'get' | 'post' | 'delete', user: string) =>
      (path: string, body?: object) =>
        request(started.server)
          [method](`/api/scorecards${path}`)
          .set('Authorization', mockCredentials.user.header(user))
          .send(body);
    return {
      ...started,
      get: call('get', ADA),
      post: call('post', ADA),
      del: call('delete', ADA),
      as: (user: string) => ({
        get: call('get', user),
        post: call('post', user),
      }),
    };
  }

  const grade = (entityRef: string) =>
    `/grade?scorecard=readiness&entityRef=${entityRef}`;

  it('migrates up, down and up again', async () => {
    const db = await databases.init('POSTGRES_18');
    const tables = async () =>
      (
        await db('information_schema.tables')
          .where({ table_schema: 'public' })
          .whereLike('table_name', 'scorecards\\_%')
      ).length;
    await db.migrate.latest({ directory: migrationsDirectory });
    expect(await tables()).toBe(10);
    await db.migrate.rollback({ directory: migrationsDirectory }, true);
    expect(await tables()).toBe(0);
    await db.migrate.latest({ directory: migrationsDirectory });
    expect(await tables()).toBe(10);
  });

  it('grades every entity that a scorecard applies to, the worst first', async () => {
    const { get } = await start();
    const { body } = await get('/grades?scorecard=readiness');
    // products: 0 of 6, 1 unseen. orders: readme, 3 of 6 and 3 of 4 of bronze, which takes 75 %. cart: all.
    expect(
      body.items.map(({ entityRef, figures }: any) => [entityRef, figures]),
    ).toEqual([
      [
        PRODUCTS,
        {
          rank: 0,
          possibleRank: 0,
          passed: 0,
          unseen: 1,
          asked: 6,
          state: 'failing',
        },
      ],
      [
        ORDERS,
        {
          rank: 1,
          possibleRank: 1,
          passed: 3,
          unseen: 0,
          asked: 6,
          state: 'at-risk',
        },
      ],
      [
        CART,
        {
          rank: 2,
          possibleRank: 2,
          passed: 6,
          unseen: 0,
          asked: 6,
          state: 'ok',
        },
      ],
    ]);
    expect(body.totalItems).toBe(3);
    expect(body.states).toMatchObject({ ok: 1, 'at-risk': 1, failing: 1 });
    expect(body.facets).toEqual({
      owners: ['group:default/checkout', 'group:default/merchandising'],
      teams: [
        'group:default/checkout',
        'group:default/company',
        'group:default/merchandising',
      ],
      systems: ['system:default/catalog', 'system:default/checkout'],
      domains: ['domain:default/commerce'],
    });
    expect(body.items[0]).toMatchObject({
      title: 'The products',
      domain: 'domain:default/commerce',
      observedAt: '2026-11-26T10:00:00.000Z',
      counts: { fail: 2, unknown: 1 },
    });

    const { body: scorecards } = await get('/scorecards');
    expect(scorecards.items).toEqual([
      expect.objectContaining({
        unknownChecks: [],
        source: {
          file: 'readiness.yaml',
          url: 'https://git.test/scorecards/readiness.yaml',
          line: 1,
        },
        tally: expect.objectContaining({
          entities: 3,
          ranks: [1, 1, 1],
          passed: 9,
          asked: 18,
        }),
      }),
    ]);
  });

  it.each([
    ['owner=merchandising', ['products']],
    ['team=company', ['products', 'orders', 'cart']],
    ['team=checkout', ['orders', 'cart']],
    ['system=checkout&state=ok', ['cart']],
    ['domain=commerce&rank=1', ['orders']],
    ['check=runbook&outcome=fail', ['orders']],
    ['check=runbook&outcome=unknown', ['products']],
    ['check=runbook&outcome=stale', []],
    ['text=ORD', ['orders']],
    ['text=%25', []],
    ['sort=best&limit=1', ['cart']],
    ['sort=name&limit=1&offset=1', ['orders']],
  ])('filters by %s', async (query, expected) => {
    const { get } = await start();
    const { body } = await get(`/grades?scorecard=readiness&${query}`);
    expect(
      body.items.map(({ entityRef }: any) => entityRef.split('/')[1]),
    ).toEqual(expected);
  });

  it('reports a grade with levels, history and what the person may do', async () => {
    const { get, round } = await start();
    world.checks.outcomes![ORDERS].probes = 'pass';
    await round();
    const { body } = await get(grade(ORDERS));
    expect(body.levels.map(({ reached }: any) => reached)).toEqual([
      true,
      true,
    ]);
    expect(body.history.map(({ figures }: any) => figures.passed)).toEqual([
      3, 5,
    ]);
    expect(body.trend).toMatchObject({ direction: 'up', rankChange: 1 });
    expect(body.may).toEqual({
      requestWaiver: true,
      manageBadge: true,
      runChecks: true,
    });
    world.policy = permission =>
      permission === 'checks.run.create'
        ? { result: AuthorizeResult.DENY }
        : undefined;
    expect((await get(grade(ORDERS))).body.may).toEqual({
      requestWaiver: true,
      manageBadge: true,
      runChecks: false,
    });
  });

  it('writes nothing when nothing changed', async () => {
    const { round } = await start();
    const before = await knex('scorecards_grades').orderBy('entity_ref');
    await round();
    expect(await knex('scorecards_grades').orderBy('entity_ref')).toEqual(
      before,
    );
    expect(await knex('scorecards_history').count()).toEqual([{ count: '3' }]);
  });

  it('reads what the feed of checks names and grades that alone, until it has to read everything', async () => {
    const { get, round } = await start();
    const reads = async () => {
      world.checks.reads = [];
      await round();
      return world.checks.reads;
    };
    world.checks.changed = [];
    expect(await reads()).toEqual([]);

    // What is not named is not looked at; what is named is.
    world.checks.outcomes![CART].readme = 'fail';
    world.checks.outcomes![ORDERS].readme = 'fail';
    world.checks.changed = [CART];
    expect(await reads()).toEqual([CART]);
    const passed = async (entityRef: string) =>
      (await get(grade(entityRef))).body.figures.passed;
    expect([await passed(CART), await passed(ORDERS)]).toEqual([3, 3]);

    // A changed entity, and a new one.
    world.checks.changed = [];
    world.entities = [
      ...world.entities.slice(1),
      service('cart', 'merchandising', 'checkout'),
      service('new', 'checkout', 'checkout'),
    ];
    world.checks.outcomes!['component:default/new'] = { readme: 'pass' };
    expect(await reads()).toEqual([CART, 'component:default/new']);
    expect(await passed('component:default/new')).toBe(3);
    expect(await reads()).toEqual([]);

    // A feed that cannot tell, and a scorecard that grades otherwise: everything.
    world.checks.changed = undefined;
    expect(await reads()).toHaveLength(4);
    expect(await passed(ORDERS)).toBe(0);
    world.checks.changed = [];
    world.files['readiness.yaml'] = READINESS.replace(
      'threshold: 75',
      'threshold: 50',
    );
    expect(await reads()).toHaveLength(4);
    expect(await reads()).toEqual([]);
  });

  it('gives AI clients what the person whom they act for may see', async () => {
    const { server } = await start();
    const invoke = (action: string, input: object) =>
      request(server)
        .post(
          `/api/scorecards/.backstage/actions/v1/actions/scorecards:${action}/invoke`,
        )
        .set('Authorization', mockCredentials.user.header(ADA))
        .send(input);
    expect((await invoke('list-scorecards', {})).body.output.items).toEqual([
      expect.objectContaining({
        definition: expect.objectContaining({ name: 'readiness' }),
      }),
    ]);
    const worst = { scorecard: 'readiness', limit: 1 };
    expect((await invoke('list-scores', worst)).body.output).toMatchObject({
      totalItems: 3,
      items: [{ entityRef: PRODUCTS }],
    });
    const name = { scorecard: 'readiness', entityRef: 'orders' };
    expect((await invoke('explain-score', name)).body.output).toMatchObject({
      grade: { entityRef: ORDERS, figures: { passed: 3, asked: 6 } },
    });

    world.policy = permission =>
      permission === 'catalog.entity.read'
        ? { result: AuthorizeResult.DENY }
        : undefined;
    for (const [action, input] of [
      ['list-scores', worst],
      ['explain-score', name],
      ['list-scorecards', {}],
    ] as const) {
      expect((await invoke(action, input)).status).toBe(403);
    }
  });

  it('reads everything again after a round that went wrong', async () => {
    const { round } = await start();
    world.checks.changed = [];
    const { outcomes } = world.checks;
    world.checks.outcomes = undefined;
    await round();
    world.checks.outcomes = outcomes;
    world.checks.reads = [];
    await round();
    expect(world.checks.reads).toHaveLength(3);
  });

  it('lets what nothing names go stale by its time', async () => {
    world.checks.staleAfter = new Date(Date.now() + 1500).toISOString();
    const { get, round } = await start();
    world.checks.changed = [];
    const state = async () => {
      await round();
      return (await get(grade(CART))).body.figures.state;
    };
    const deadline = Date.now() + 30_000;
    while ((await state()) !== 'stale' && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    expect(await state()).toBe('stale');
  });

  it('rolls up to nested teams, systems and domains', async () => {
    const { get } = await start();
    const rolled = async (by: string) =>
      (await get(`/roll-ups?scorecard=readiness&by=${by}`)).body.items.map(
        ({ ref, total }: any) => [ref, total.entities, total.passed],
      );
    expect(await rolled('team')).toEqual([
      ['group:default/checkout', 2, 9],
      ['group:default/company', 3, 9],
      ['group:default/merchandising', 1, 0],
    ]);
    expect(await rolled('system')).toEqual([
      ['domain:default/commerce', 3, 9],
      ['system:default/catalog', 1, 0],
      ['system:default/checkout', 2, 9],
    ]);
  });

  it('tells how a team, system or domain did over time, and marks what was lost', async () => {
    const { get, round } = await start();
    // As if it had been graded ten days ago, and again now.
    await knex('scorecards_history').update({
      at: new Date(Date.now() - 10 * 86_400_000),
    });
    world.checks.outcomes![CART].probes = 'fail';
    await round();
    const trend = async (where: string) =>
      (await get(`/roll-ups/trend?scorecard=readiness&${where}`)).body;
    const { points, regressions } = await trend('team=company&days=20');
    expect(points.length).toBeGreaterThanOrEqual(21);
    // 6 of cart, 3 of orders and none of products, of 6 each; then cart loses 2.
    const figures = points.map(({ entities: count, passed, asked }: any) => [
      count,
      passed,
      asked,
    ]);
    expect(figures[0]).toEqual([0, 0, 0]);
    expect(figures.at(-2)).toEqual([3, 9, 18]);
    expect(figures.at(-1)).toEqual([3, 7, 18]);
    expect(regressions).toEqual([
      {
        at: expect.any(String),
        entityRef: CART,
        lost: ['probes'],
        rankBefore: 2,
        rankAfter: 1,
      },
    ]);
    expect((await trend('domain=commerce')).points.at(-1).passed).toBe(7);
    const system = await trend('system=catalog');
    expect([system.points.at(-1).asked, system.regressions]).toEqual([6, []]);

    world.policy = (permission, user) =>
      permission === 'checks.result.read' && user === ADA
        ? {
            result: AuthorizeResult.CONDITIONAL,
            pluginId: 'checks',
            resourceType: 'check-result',
            conditions: {
              rule: 'IS_CHECK',
              resourceType: 'check-result',
              params: { checks: ['readme', 'runbook'] },
            },
          }
        : undefined;
    const narrowed = await trend('team=company&days=20');
    expect(narrowed.regressions).toEqual([]);
    expect(narrowed.points.at(-1)).toMatchObject({ passed: 7, asked: 12 });

    for (const where of [
      'team=company&system=catalog',
      '',
      'team=company&days=0',
    ]) {
      const answer = await get(`/roll-ups/trend?scorecard=readiness&${where}`);
      expect([where, answer.status]).toEqual([where, 400]);
    }
  });

  it('says how each check comes out, and who would move', async () => {
    const { get, post } = await start();
    const { body } = await get('/checks?scorecard=readiness');
    expect(
      body.items.map(({ check, counts }: any) => [
        check,
        counts.pass,
        counts.fail,
        counts.unknown,
      ]),
    ).toEqual([
      ['probes', 1, 2, 0],
      ['readme', 2, 1, 0],
      ['runbook', 1, 1, 1],
    ]);
    const whatIf = await post('/what-if', {
      scorecard: 'readiness',
      change: { thresholds: { bronze: 100 } },
    });
    expect(whatIf.body.movers).toEqual([
      expect.objectContaining({
        entityRef: ORDERS,
        before: expect.objectContaining({ rank: 1 }),
        after: expect.objectContaining({ rank: 0 }),
      }),
    ]);
    const wrong = await post('/what-if', {
      scorecard: 'readiness',
      change: { checks: { probes: { remove: true } } },
    });
    expect(wrong.status).toBe(400);
    expect(wrong.body.error.message).toContain('asks for no check');
  });

  it('tells the owner of a regression once, and not of a draft or of lost sight', async () => {
    const { round } = await start();
    expect(world.sent).toEqual([]);
    world.checks.outcomes![CART].readme = 'unknown';
    await round();
    expect(world.sent).toEqual([]);
    world.checks.outcomes![CART].readme = 'fail';
    world.notificationsFail = true;
    await round();
    world.notificationsFail = false;
    await round();
    await round();
    expect(world.sent).toEqual([
      {
        recipients: {
          type: 'entity',
          entityRef: ['group:default/checkout'],
        },
        payload: expect.objectContaining({
          title: expect.stringContaining('cart: Readiness went down'),
          description: expect.stringContaining('the scorecard says what'),
          link: '/catalog/default/component/cart/scorecard?scorecard=readiness',
        }),
      },
    ]);

    world.files = {
      'readiness.yaml': READINESS.replace('spec:\n', 'spec:\n  draft: true\n'),
    };
    world.checks.outcomes![CART].runbook = 'fail';
    await round();
    expect(world.sent).toHaveLength(1);
  });

  it('keeps the last grades when checks do not answer, and lets them go stale', async () => {
    const { get, round } = await start();
    const outcomes = world.checks.outcomes;
    world.checks.outcomes = undefined;
    await round();
    const list = await get('/scorecards');
    expect(list.body.status).toMatchObject({
      gradingFailure: 'checks do not answer',
      gradedAt: expect.any(String),
    });
    expect((await get(grade(CART))).body.figures.state).toBe('ok');

    world.checks.outcomes = outcomes;
    world.checks.staleAfter = new Date(Date.now() - 1000).toISOString();
    await round();
    world.checks.outcomes = undefined;
    await round();
    const { body } = await get(grade(CART));
    expect(body.figures).toMatchObject({ state: 'stale', passed: 0, rank: 0 });
    expect(body.counts.stale).toBe(3);
  });

  it('tells a check that is not there from one that is not about the entity', async () => {
    world.files['readiness.yaml'] = READINESS.replace(
      'check: probes',
      'check: gone',
    );
    const { get } = await start();
    const { body } = await get('/scorecards');
    expect(body.items[0].unknownChecks).toEqual(['gone']);
    expect((await get(grade(CART))).body.counts).toMatchObject({
      pass: 2,
      unknown: 1,
    });
  });

  it('says what is wrong with a file at its line, and goes on with the older definition', async () => {
    const { get, round } = await start();
    world.files = {
      'readiness.yaml': READINESS.replace('threshold: 75', 'threshold: 750'),
      'second.yaml': READINESS.replace('name: readiness', 'name: second'),
      'third.yaml': READINESS.replace('name: readiness', 'name: second'),
    };
    await round();
    const { body } = await get('/scorecards');
    expect(body.items.map(({ definition }: any) => definition.name)).toEqual([
      'readiness',
      'second',
    ]);
    expect(body.invalid).toEqual([
      expect.objectContaining({
        file: 'readiness.yaml',
        usesOlder: ['readiness'],
        problems: [
          expect.objectContaining({
            line: 21,
            field: 'spec.levels[0].threshold',
          }),
        ],
      }),
      expect.objectContaining({
        file: 'third.yaml',
        usesOlder: [],
        problems: [
          expect.objectContaining({
            message: expect.stringContaining('second.yaml'),
          }),
        ],
      }),
    ]);
    world.files = { 'second.yaml': world.files['second.yaml'] };
    await round();
    expect((await get(grade(CART))).status).toBe(404);
  });

  it('forgets entities that are gone or to which it no longer applies', async () => {
    const { get, round } = await start();
    world.entities = world.entities
      .filter(({ metadata }) => metadata.name !== 'orders')
      .map(entity =>
        entity.metadata.name === 'products'
          ? { ...entity, spec: { type: 'library' } }
          : entity,
      );
    await round();
    const { body } = await get('/grades');
    expect(body.items.map(({ entityRef }: any) => entityRef)).toEqual([CART]);
  });

  describe('waivers', () => {
    const wish = {
      scorecard: 'readiness',
      entityRef: ORDERS,
      check: 'probes',
      reason: 'The probes come with the next release',
      expiresAt: new Date(Date.now() + 10 * 86_400_000).toISOString(),
    };

    it('are asked for by one, decided by another, and shown in the grade with and without', async () => {
      const { get, post, as, round } = await start();
      const created = await post('/waivers', wish);
      expect(created.status).toBe(201);
      expect(created.body).toMatchObject({
        state: 'waiting',
        requestedBy: ADA,
        may: ['withdraw'],
      });
      const { id } = created.body;
      expect((await post('/waivers', wish)).status).toBe(409);
      const own = await post(`/waivers/${id}/approve`, {});
      expect(own.status).toBe(403);
      expect(own.body.error.message).toContain('asked for');
      const silent = await as(BEN).post(`/waivers/${id}/deny`, {});
      expect(silent.status).toBe(400);
      const approved = await as(BEN).post(`/waivers/${id}/approve`, {
        comment: 'Until then',
      });
      expect(approved.body).toMatchObject({
        state: 'approved',
        decidedBy: BEN,
        may: ['revoke'],
      });
      expect(
        (await as(BEN).post(`/waivers/${id}/deny`, { comment: 'x' })).status,
      ).toBe(409);

      await round();
      const { body } = await get(grade(ORDERS));
      // Without probes 3 of 4: 75 %, and silver asks nothing more.
      expect(body.figures).toMatchObject({ rank: 2, passed: 3, asked: 4 });
      expect(body.withoutWaivers).toMatchObject({
        rank: 1,
        passed: 3,
        asked: 6,
      });
      expect(body.waivers).toHaveLength(1);
      // Decided, and it ends within two weeks.
      expect(
        world.sent.map(({ payload }) => payload.title.split(' ·')[0]),
      ).toEqual([
        'orders: waiver of “Answers probes” is approved',
        expect.stringContaining('orders: a waiver ends on'),
      ]);

      await as(BEN).post(`/waivers/${id}/revoke`, {});
      await round();
      expect((await get(grade(ORDERS))).body.figures.rank).toBe(1);
    });

    it('end by themselves', async () => {
      const { post, as, get, round } = await start();
      const { body } = await post('/waivers', wish);
      await as(BEN).post(`/waivers/${body.id}/approve`, {});
      await round();
      await knex('scorecards_waivers').update({
        expires_at: new Date(Date.now() - 1000),
      });
      world.checks.outcomes = undefined;
      await round();
      expect((await get(grade(ORDERS))).body.figures.rank).toBe(1);
      expect((await get('/waivers')).body.items[0]).toMatchObject({
        state: 'expired',
        may: [],
      });
      // What is over stands in nobody's way.
      expect((await post('/waivers', wish)).status).toBe(201);
    });

    it('are decided once, however many decide at once', async () => {
      const { post, as } = await start();
      const { body } = await post('/waivers', wish);
      const answers = await Promise.all(
        ['approve', 'deny', 'approve', 'deny'].map(act =>
          as(BEN).post(`/waivers/${body.id}/${act}`, { comment: 'so' }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([
        200, 409, 409, 409,
      ]);
    });

    it.each([
      ['a reason that says nothing', { reason: 'because' }, 400, 'reason'],
      [
        'an end in the past',
        { expiresAt: '2020-01-01T00:00:00Z' },
        400,
        'expiresAt',
      ],
      [
        'an end too far away',
        { expiresAt: '2099-01-01T00:00:00Z' },
        400,
        'expiresAt',
      ],
      ['a check that is not asked for', { check: 'other' }, 404, 'other'],
      [
        'an entity that is not graded',
        { entityRef: 'component:default/kit' },
        404,
        'kit',
      ],
      ['a field that there is not', { colour: 'red' }, 400, 'colour'],
    ])('are refused with %s', async (_, change, status, words) => {
      const { post } = await start();
      const answer = await post('/waivers', { ...wish, ...change });
      expect(answer.status).toBe(status);
      expect(answer.body.error.message).toContain(words);
    });

    it('need permissions to ask and to decide', async () => {
      const { post, as } = await start();
      const { body } = await post('/waivers', wish);
      world.policy = name =>
        name.startsWith('scorecards.waiver')
          ? { result: AuthorizeResult.DENY }
          : undefined;
      expect((await post('/waivers', wish)).status).toBe(403);
      expect(
        (await as(BEN).post(`/waivers/${body.id}/approve`, {})).status,
      ).toBe(403);
      expect((await post(`/waivers/${body.id}/withdraw`, {})).status).toBe(200);
    });
  });

  it('follows a campaign from what happened', async () => {
    const { get, post, round } = await start();
    const { body: created } = await post('/campaigns', {
      title: 'Probes everywhere',
      scorecard: 'readiness',
      checks: ['probes'],
      team: 'checkout',
      deadline: new Date(Date.now() + 30 * 86_400_000).toISOString(),
    });
    expect(created.progress.latest).toMatchObject({ total: 2, passed: 1 });
    world.checks.outcomes![ORDERS].probes = 'pass';
    await round();
    const { body } = await get(`/campaigns/${created.id}`);
    expect(body.points.map(({ passed }: any) => passed).at(-1)).toBe(2);
    expect(body.progress).toMatchObject({ state: 'ok', done: true });
    const ended = await post(`/campaigns/${created.id}/end`, {});
    expect(ended.body.endedAt).toEqual(expect.any(String));
    const wrong = await post('/campaigns', {
      title: 'Wrong',
      scorecard: 'readiness',
      checks: ['other'],
      deadline: new Date(Date.now() + 86_400_000).toISOString(),
    });
    expect([wrong.status, wrong.body.error.message]).toEqual([
      400,
      'checks: the scorecard does not ask for other',
    ]);
  });

  it('makes a grade public at an address until it is taken back', async () => {
    const { server, post, del, get } = await start();
    const { body, status } = await post('/badges', {
      scorecard: 'readiness',
      entityRef: ORDERS,
    });
    expect(status).toBe(201);
    const path = new URL(body.url).pathname;
    expect(path).toMatch(/^\/api\/scorecards\/badges\/svg\/[\w-]{32}$/);
    expect(body.markdown).toContain(body.url);
    const picture = await request(server).get(path);
    expect(picture.status).toBe(200);
    expect(picture.headers['content-type']).toContain('image/svg+xml');
    expect(picture.body.toString()).toContain(
      'Readiness: Bronze · 50 % · at risk',
    );
    expect(JSON.stringify(await knex('scorecards_badges'))).not.toContain(
      path.split('/').pop(),
    );
    const { body: list } = await get(`/badges?entityRef=${ORDERS}`);
    expect(list.items).toHaveLength(1);
    expect((await del(`/badges/${body.id}`)).status).toBe(204);
    expect((await request(server).get(path)).status).toBe(404);
  });

  it('exports what the person sees as CSV and JSON', async () => {
    world.entities = [
      ...world.entities,
      { ...service('quoted', '=evil', 'checkout') },
    ];
    const { get } = await start();
    const csv = await get('/export?scorecard=readiness&format=csv');
    expect(csv.headers['content-disposition']).toContain('readiness.csv');
    const lines = csv.text.split('\r\n');
    expect(lines[0]).toBe(
      'entity,owner,system,domain,level,score,state,score_without_waivers,observed_at,readme,runbook,probes',
    );
    expect(lines[2]).toBe(
      `${ORDERS},group:default/checkout,system:default/checkout,domain:default/commerce,bronze,0.5000,at-risk,0.5000,2026-11-26T10:00:00.000Z,pass,fail,fail`,
    );
    const json = await get('/export?scorecard=readiness&format=json');
    expect(json.body.items).toHaveLength(4);
  });

  describe('permissions', () => {
    const owned = (claims: string[]) => ({
      result: AuthorizeResult.CONDITIONAL as AuthorizeResult.CONDITIONAL,
      pluginId: 'catalog',
      resourceType: 'catalog-entity',
      conditions: {
        rule: 'IS_ENTITY_OWNER',
        resourceType: 'catalog-entity',
        params: { claims },
      },
    });

    it('leave no trace of an entity that the catalog does not show', async () => {
      const { get, post, as } = await start();
      const { body: waiver } = await post('/waivers', {
        scorecard: 'readiness',
        entityRef: PRODUCTS,
        check: 'readme',
        reason: 'There is nothing to read yet',
        expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
      });
      world.policy = (name, user) =>
        name === 'catalog.entity.read' && user === BEN
          ? owned(['group:default/checkout'])
          : undefined;
      const ben = as(BEN);
      const { body: list } = await ben.get('/grades');
      expect(list.totalItems).toBe(2);
      expect(list.states.failing).toBe(0);
      expect(list.facets.owners).toEqual(['group:default/checkout']);
      const { body: scorecards } = await ben.get('/scorecards');
      expect(scorecards.items[0].tally).toMatchObject({
        entities: 2,
        ranks: [0, 1, 1],
      });
      const { body: checks } = await ben.get('/checks?scorecard=readiness');
      expect(
        checks.items.map(({ counts }: any) => counts.pass + counts.fail),
      ).toEqual([2, 2, 2]);
      const { body: teams } = await ben.get(
        '/roll-ups?scorecard=readiness&by=team',
      );
      expect(teams.items.map(({ ref }: any) => ref)).toEqual([
        'group:default/checkout',
      ]);
      expect((await ben.get('/waivers')).body.items).toEqual([]);
      expect((await ben.post(`/waivers/${waiver.id}/approve`, {})).status).toBe(
        404,
      );
      const hidden = await ben.get(grade(PRODUCTS));
      const missing = await ben.get(grade('component:default/nothing'));
      expect([hidden.status, missing.status]).toEqual([404, 404]);
      expect(hidden.body.error.message.replace('products', 'nothing')).toBe(
        missing.body.error.message,
      );
      const whatIf = await ben.post('/what-if', {
        scorecard: 'readiness',
        change: { thresholds: { bronze: 1 } },
      });
      expect(whatIf.body.before.entities).toBe(2);
      const csv = await ben.get('/export?scorecard=readiness&format=csv');
      expect(csv.text).not.toContain('products');
      expect((await get('/grades')).body.totalItems).toBe(3);
    });

    const results = (conditions: object) => ({
      result: AuthorizeResult.CONDITIONAL as AuthorizeResult.CONDITIONAL,
      pluginId: 'checks',
      resourceType: 'check-result',
      conditions: conditions as never,
    });
    const onResult = (rule: string, params: object) => ({
      rule,
      resourceType: 'check-result',
      params,
    });
    /** Ben sees only the results that the conditions give; everybody else all. */
    const narrow = (conditions: object) => {
      world.policy = (permission, user) =>
        permission === 'checks.result.read' && user === BEN
          ? results(conditions)
          : undefined;
    };

    it('leave no trace of a check that a person may not see, in figures, counts and times neither', async () => {
      const { get, post, as, round, server } = await start();
      const ben = as(BEN);
      const deadline = new Date(Date.now() + 30 * 86_400_000).toISOString();
      for (const checks of [['runbook', 'probes'], ['probes']]) {
        const { status } = await post('/campaigns', {
          title: `Of ${checks.length}`,
          scorecard: 'readiness',
          checks,
          deadline,
        });
        expect(status).toBe(201);
      }
      const waiver = {
        scorecard: 'readiness',
        entityRef: ORDERS,
        check: 'probes',
        reason: 'It answers another way',
        expiresAt: deadline,
      };
      const { body: waived } = await post('/waivers', waiver);
      narrow({
        not: onResult('HAS_CATEGORY', { categories: ['orchestration'] }),
      });

      // Bronze asks for readme (3) and runbook (1), and silver for nothing that is seen.
      const { body: grades } = await ben.get('/grades?scorecard=readiness');
      expect(
        grades.items.map(({ entityRef, figures, checks }: any) => [
          entityRef,
          figures.rank,
          figures.passed,
          figures.unseen,
          figures.asked,
          figures.state,
          checks.length,
        ]),
      ).toEqual([
        [PRODUCTS, 0, 0, 1, 4, 'failing', 2],
        [ORDERS, 2, 3, 0, 4, 'at-risk', 2],
        [CART, 2, 4, 0, 4, 'ok', 2],
      ]);
      expect(grades.states).toMatchObject({ ok: 1, 'at-risk': 1, failing: 1 });
      const items = async (path: string) => (await ben.get(path)).body.items;
      expect(await items('/grades?scorecard=readiness&check=probes')).toEqual(
        [],
      );
      expect(
        (await items('/grades?scorecard=readiness&rank=2&sort=best')).map(
          ({ entityRef }: any) => entityRef,
        ),
      ).toEqual([CART, ORDERS]);
      expect((await items('/scorecards'))[0].tally).toMatchObject({
        entities: 3,
        ranks: [1, 0, 2],
        passed: 7,
        asked: 12,
      });
      expect(
        (await items('/roll-ups?scorecard=readiness&by=system')).map(
          ({ ref, total }: any) => [ref, total.passed, total.asked],
        ),
      ).toEqual([
        ['domain:default/commerce', 7, 12],
        ['system:default/catalog', 0, 4],
        ['system:default/checkout', 7, 8],
      ]);
      const campaigns = await items('/campaigns');
      expect(campaigns).toHaveLength(1);
      expect(campaigns[0].progress.latest).toMatchObject({
        total: 3,
        passed: 1,
      });
      const whatIf = await ben.post('/what-if', {
        scorecard: 'readiness',
        change: { thresholds: { bronze: 100 } },
      });
      expect(whatIf.body.movers).toEqual([
        expect.objectContaining({ entityRef: ORDERS }),
      ]);

      // What is not seen changes, and nothing moves.
      const before = (await ben.get(grade(ORDERS))).body;
      world.checks.outcomes![ORDERS].probes = 'pass';
      await round();
      const report = (await ben.get(grade(ORDERS))).body;
      expect([report.history, report.figures]).toEqual([
        before.history,
        before.figures,
      ]);
      expect(report.history).toHaveLength(1);
      expect((await get(grade(ORDERS))).body.history).toHaveLength(2);

      const invoked = await request(server)
        .post(
          '/api/scorecards/.backstage/actions/v1/actions/scorecards:explain-score/invoke',
        )
        .set('Authorization', mockCredentials.user.header(BEN))
        .send({ scorecard: 'readiness', entityRef: 'orders' });
      const texts = [JSON.stringify(invoked.body), whatIf.text];
      for (const path of [
        '/scorecards',
        '/grades?scorecard=readiness',
        grade(ORDERS),
        '/checks?scorecard=readiness',
        '/roll-ups?scorecard=readiness&by=team',
        '/export?scorecard=readiness&format=csv',
        '/export?scorecard=readiness&format=json',
        '/waivers',
        '/campaigns',
        `/campaigns/${campaigns[0].id}`,
      ]) {
        const { status, text } = await ben.get(path);
        expect([path, status]).toEqual([path, 200]);
        texts.push(text);
      }
      for (const text of texts) {
        expect(text).not.toMatch(/probes|another way/);
      }

      for (const [path, body, status] of [
        ['/waivers', { ...waiver, entityRef: CART }, 404],
        [`/waivers/${waived.id}/withdraw`, {}, 404],
        [
          '/campaigns',
          { title: 'No', scorecard: 'readiness', checks: ['probes'], deadline },
          400,
        ],
        [
          '/what-if',
          {
            scorecard: 'readiness',
            change: { checks: { probes: { remove: true } } },
          },
          400,
        ],
        ['/badges', { scorecard: 'readiness', entityRef: ORDERS }, 403],
      ] as const) {
        expect([path, (await ben.post(path, body)).status]).toEqual([
          path,
          status,
        ]);
      }
    });

    it('leave no trace of entities none of whose checks a person may see, and of nothing by a rule that is not known', async () => {
      const { as } = await start();
      narrow(
        onResult('IS_ENTITY_OWNER', { claims: ['group:default/Checkout'] }),
      );
      const listed = async () => {
        const { body } = await as(BEN).get('/grades?scorecard=readiness');
        return [
          body.items.map(({ entityRef }: any) => entityRef),
          body.totalItems,
          body.facets.systems,
        ];
      };
      expect(await listed()).toEqual([
        [ORDERS, CART],
        2,
        ['system:default/checkout'],
      ]);
      expect((await as(BEN).get(grade(PRODUCTS))).status).toBe(404);
      narrow({ not: onResult('IS_NEW', {}) });
      expect(await listed()).toEqual([[], 0, []]);
      world.policy = permission =>
        permission === 'checks.result.read'
          ? { result: AuthorizeResult.DENY }
          : undefined;
      const denied = await as(BEN).get('/grades?scorecard=readiness');
      expect(denied.status).toBe(403);
      expect(denied.body.error.message).toContain('checks.result.read');
    });

    it('match nothing by a rule that is not known', async () => {
      const { get } = await start();
      const not = {
        ...owned([]),
        conditions: {
          not: {
            rule: 'HAS_SECRET',
            resourceType: 'catalog-entity',
            params: {},
          },
        },
      };
      world.policy = name =>
        name === 'catalog.entity.read' ? (not as any) : undefined;
      expect((await get('/grades')).body.totalItems).toBe(0);
    });

    it('hide a scorecard with all that belongs to it', async () => {
      world.files['secret.yaml'] = READINESS.replace(
        'name: readiness',
        'name: secret',
      );
      const { get, round } = await start();
      world.files['secret.yaml'] = world.files['secret.yaml'].replace(
        'threshold: 75',
        'threshold: 0',
      );
      await round();
      const conditional = {
        result: AuthorizeResult.CONDITIONAL as AuthorizeResult.CONDITIONAL,
        pluginId: 'scorecards',
        resourceType: 'scorecards-scorecard',
        conditions: {
          rule: 'IS_SCORECARD',
          resourceType: 'scorecards-scorecard',
          params: { scorecards: ['readiness'] },
        },
      };
      expect((await get('/scorecards')).body.items).toHaveLength(2);
      world.policy = name =>
        name === 'scorecards.scorecard.read' ? conditional : undefined;
      const { body } = await get('/scorecards');
      expect(body.items).toHaveLength(1);
      expect(body.invalid).toEqual([]);
      expect((await get('/grades')).body.totalItems).toBe(3);
      expect((await get('/checks?scorecard=secret')).status).toBe(404);
    });

    it('refuse who may read nothing, services and anonymous callers', async () => {
      const { get, server } = await start();
      world.policy = () => ({ result: AuthorizeResult.DENY });
      for (const path of [
        '/scorecards',
        '/grades',
        grade(CART),
        '/checks?scorecard=readiness',
        '/roll-ups?scorecard=readiness&by=team',
        '/waivers',
        '/campaigns',
        '/export?scorecard=readiness&format=csv',
        `/badges?entityRef=${CART}`,
      ]) {
        expect([path, (await get(path)).status]).toEqual([path, 403]);
      }
      const plugin = await request(server)
        .get('/api/scorecards/grades')
        .set('Authorization', mockCredentials.service.header());
      expect(plugin.status).toBe(403);
      const nobody = await request(server)
        .get('/api/scorecards/grades')
        .set('Authorization', mockCredentials.none.header());
      expect(nobody.status).toBe(401);
      expect(
        (await request(server).get('/api/scorecards/badges/svg/guess')).status,
      ).toBe(404);
    });
  });

  it.each([
    ['/grades?state=fine', 'state'],
    ['/grades?limit=0', 'limit'],
    ['/grades?limit=201', 'limit'],
    ['/grades?outcome=fail', 'outcome'],
    ['/grades?owner=group:', 'owner'],
    ['/grades?colour=red', 'colour'],
    ['/roll-ups?scorecard=readiness&by=planet', 'by'],
    ['/export?scorecard=readiness&format=pdf', 'format'],
    ['/campaigns/7', 'id'],
  ])('answers %s with 400 naming %s', async (path, field) => {
    const { get } = await start();
    const { status, body } = await get(path);
    expect(status).toBe(400);
    expect(body.error.message).toContain(field);
  });

  it('refuses to start while permissions are off', async () => {
    const db = await databases.init('POSTGRES_18');
    await expect(
      startScorecards({ world, knex: db, permissionsEnabled: false }),
    ).rejects.toThrow(/permission.enabled/);
  });
});
