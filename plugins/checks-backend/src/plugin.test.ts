import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { SourceUnavailableError } from '@shopfloor/plugin-checks-node';
import { Knex } from 'knex';
import request from 'supertest';
import plugin from '.';
import { checkYaml } from './__testUtils__/checkYaml';
import { service, startChecks, TestWorld } from './__testUtils__/startChecks';
import { TestCollector } from './__testUtils__/TestCollector';

jest.setTimeout(120_000);

const ORDERS = 'component:default/orders';
const CART = 'component:default/cart';
const ALLOW = { result: AuthorizeResult.ALLOW } as const;
const DENY = { result: AuthorizeResult.DENY } as const;

describe('checks backend', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let world: TestWorld;
  let alpha: TestCollector;
  let beta: TestCollector;
  let stops: Array<() => Promise<void>>;

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    alpha = new TestCollector('alpha');
    beta = new TestCollector('beta');
    alpha.seen = { [ORDERS]: 2, [CART]: 1 };
    beta.seen = { [ORDERS]: 5, [CART]: 5 };
    stops = [];
    world = {
      files: {
        'replicas.yaml': checkYaml(),
        'security.yaml': checkYaml({
          name: 'five-replicas',
          category: 'security',
          collector: 'beta',
          pass: 'workload.replicas >= 5',
        }),
      },
      entities: [
        service('orders'),
        service('cart', { owner: 'group:default/storefront-team' }),
      ],
      collectors: [alpha, beta],
      decide: () => ALLOW,
    };
  });

  afterEach(async () => {
    await Promise.all(stops.map(stop => stop()));
    await knex.destroy();
  });

  async function start() {
    const backend = await startChecks(knex, world);
    stops.push(backend.stop);
    const call = (path: string, user = 'user:default/ben') =>
      request(backend.server)
        .get(`/api/checks${path}`)
        .set('Authorization', mockCredentials.user.header(user));
    return {
      ...backend,
      get: async (path: string, user?: string) => {
        const response = await call(path, user);
        expect([path, response.status, response.body.error]).toEqual([
          path,
          200,
          undefined,
        ]);
        return response.body;
      },
      status: async (path: string, user?: string) => {
        const { status, body } = await call(path, user);
        return [status, body.error?.message];
      },
      post: (path: string, body: object) =>
        request(backend.server).post(`/api/checks${path}`).send(body),
    };
  }

  const outcomes = async (get: (path: string) => Promise<any>) =>
    Object.fromEntries(
      (await get('/results')).items.map((item: any) => [
        `${item.entityRef.split('/')[1]} ${item.check}`,
        item.outcome,
      ]),
    );

  /** Moves what is stored into the past, as if that much time had gone by. */
  async function age(seconds: number) {
    const back = (column: string) =>
      knex.raw(`?? - make_interval(secs => ?)`, [column, seconds]);
    await knex('checks_evidence_current').update({
      observed_at: back('observed_at'),
      stale_at: back('stale_at'),
    });
    await knex('checks_results').update({
      observed_at: back('observed_at'),
      stale_at: back('stale_at'),
    });
    await knex('checks_tallies').update({ stale_at: back('stale_at') });
    await knex('checks_work').update({ next_at: back('next_at') });
  }

  it('gives AI clients what the person whom they act for may see, and explains it', async () => {
    const { server, round } = await start();
    await round();
    const root = '/api/checks/.backstage/actions/v1/actions';
    const invoke = (action: string, input: object, as?: string) =>
      request(server)
        .post(`${root}/checks:${action}/invoke`)
        .set('Authorization', as ?? mockCredentials.user.header())
        .send(input);
    const listed = await request(server)
      .get(root)
      .set('Authorization', mockCredentials.user.header());
    expect(
      listed.body.actions.map(({ name, attributes }: any) => [
        name,
        attributes,
      ]),
    ).toEqual(
      ['list-check-results', 'explain-check'].map(name => [
        name,
        { readOnly: true, destructive: false, idempotent: true },
      ]),
    );

    const failing = { entity: 'cart', outcome: 'fail' };
    expect((await invoke('list-check-results', failing)).body.output).toEqual({
      totalItems: 1,
      outcomes: expect.objectContaining({ fail: 1, pass: 0 }),
      items: [
        expect.objectContaining({ entityRef: CART, check: 'two-replicas' }),
      ],
    });
    const name = { entityRef: 'cart', check: 'two-replicas' };
    const explained = await invoke('explain-check', name);
    expect(explained.body.output).toMatchObject({
      result: {
        words: { en: 'Runs 1' },
        definition: { fix: { en: 'Set replicas.' } },
        evidence: [{ value: { replicas: 1 } }],
      },
      history: [{ outcome: 'fail' }, { outcome: 'unknown' }],
    });

    const wrong = await invoke('list-check-results', { entity: ':x' });
    expect([wrong.status, wrong.body.error.message]).toEqual([
      400,
      expect.stringContaining('entity'),
    ]);
    const other = mockCredentials.service.header({
      onBehalfOf: mockCredentials.service('plugin:mcp-actions'),
      targetPluginId: 'checks',
    });
    expect((await invoke('explain-check', name, other)).status).toBe(403);
    world.decide = () => DENY;
    expect((await invoke('list-check-results', {})).status).toBe(403);
    expect((await invoke('explain-check', name)).status).toBe(403);
  });

  it('tells plugins that follow it whose results changed', async () => {
    const { server, round } = await start();
    const changes = async (since?: string, by = 'plugin:scorecards') => {
      const { status, body } = await request(server)
        .get(`/api/checks/changes${since ? `?since=${since}` : ''}`)
        .set(
          'Authorization',
          mockCredentials.service.header({
            onBehalfOf: mockCredentials.service(by),
            targetPluginId: 'checks',
          }),
        );
      return { status, ...body };
    };
    /** Reads on until an entity is named, as transactions of others on the server may delay the feed. */
    const until = async (since: string, entityRef: string) => {
      const named = new Set<string>();
      let cursor = since;
      const deadline = Date.now() + 30_000;
      while (!named.has(entityRef) && Date.now() < deadline) {
        const answer = await changes(cursor);
        answer.entityRefs.forEach((ref: string) => named.add(ref));
        cursor = answer.cursor;
      }
      return { named: [...named].sort(), cursor };
    };
    const first = await changes();
    expect([first.status, first.entityRefs]).toEqual([200, undefined]);
    await round();
    const all = await until(first.cursor, ORDERS);
    expect(all.named).toEqual([CART, ORDERS]);

    // One changes, then one is gone.
    alpha.seen[CART] = 4;
    await knex('checks_work')
      .where({ entity_ref: CART })
      .update({ next_at: new Date(0) });
    await round();
    const changed = await until(all.cursor, CART);
    expect(changed.named).toEqual([CART]);
    world.entities = [service('cart')];
    await round();
    expect((await until(changed.cursor, ORDERS)).named).toContain(ORDERS);

    expect((await changes('x')).status).toBe(400);
    expect((await changes(undefined, 'plugin:catalog')).status).toBe(403);
    const person = await request(server)
      .get('/api/checks/changes')
      .set('Authorization', mockCredentials.user.header());
    expect(person.status).toBe(403);
  });

  it('collects, grades and shows each result with what led to it', async () => {
    const { get, round } = await start();
    await round();
    expect(await outcomes(get)).toEqual({
      'cart five-replicas': 'pass',
      'cart two-replicas': 'fail',
      'orders five-replicas': 'pass',
      'orders two-replicas': 'pass',
    });
    const detail = await get(`/result?entityRef=${CART}&check=two-replicas`);
    expect(detail).toMatchObject({
      outcome: 'fail',
      category: 'orchestration',
      words: { en: 'Runs 1', zh: '运行 1 个' },
      definition: {
        freshnessSeconds: 3600,
        source: {
          file: 'replicas.yaml',
          url: 'https://git.test/checks/replicas.yaml',
          line: 1,
        },
      },
      evidence: [
        {
          collector: 'alpha',
          key: 'workload',
          value: { replicas: 1 },
          source: 'alpha:main',
          references: [{ kind: 'object', target: `x ${CART}` }],
        },
      ],
    });
    // An hour after it was seen, as the check says, not the two hours of the collector.
    expect(Date.parse(detail.staleAfter) - Date.parse(detail.observedAt)).toBe(
      3_600_000,
    );
  });

  it('writes evidence and history only when something changes, and never changes either', async () => {
    const { get, round } = await start();
    await round();
    const count = async (table: string) =>
      Number((await knex(table).count('* as n').first())!.n);
    expect(await count('checks_evidence')).toBe(4);
    const [before] = (await get('/results?entity=cart&check=two-replicas'))
      .items;

    await age(4000);
    await round();
    expect(await count('checks_evidence')).toBe(4);
    const [seenAgain] = (await get('/results?entity=cart&check=two-replicas'))
      .items;
    expect(seenAgain).toMatchObject({
      outcome: 'fail',
      since: before.since,
      evidenceIds: before.evidenceIds,
    });

    alpha.seen[CART] = 3;
    await age(4000);
    await round();
    expect(await count('checks_evidence')).toBe(5);
    const { items } = await get(
      `/result/history?entityRef=${CART}&check=two-replicas`,
    );
    expect(items.map(({ outcome, words }: any) => [outcome, words.en])).toEqual(
      [
        ['pass', 'Two replicas'],
        ['fail', 'Runs 1'],
        ['unknown', 'alpha/workload has not been collected yet'],
      ],
    );
    for (const table of ['checks_evidence', 'checks_transitions']) {
      await expect(
        knex(table).update({ entity_ref: 'component:default/other' }),
      ).rejects.toThrow(`${table} is append-only`);
    }
  });

  it('is unknown until something is seen, and says why', async () => {
    alpha.seen = { [CART]: new Error('the object is not readable') };
    const { get, round, trigger } = await start();
    await trigger('definitions');
    await trigger('discovery');
    beta.gate = async () => {
      throw new SourceUnavailableError('beta:main', 'beta does not answer');
    };
    await trigger('collection');
    const { items, totalItems } = await get('/results');
    expect(totalItems).toBe(4);
    expect(items.map(({ outcome, words }: any) => [outcome, words.en])).toEqual(
      [
        [
          'unknown',
          'beta/workload could not be collected: beta does not answer',
        ],
        [
          'unknown',
          'alpha/workload could not be collected: the object is not readable',
        ],
        [
          'unknown',
          'beta/workload could not be collected: beta does not answer',
        ],
        ['unknown', 'Not deployed'],
      ],
    );
    await round();
  });

  it('goes stale when its evidence does, and keeps what it was', async () => {
    const { get, round } = await start();
    await round();
    alpha.gate = async () => {
      throw new SourceUnavailableError('alpha:main', 'no answer');
    };
    await age(4000);
    await round();
    expect(await outcomes(get)).toMatchObject({
      'cart two-replicas': 'stale',
      'orders two-replicas': 'stale',
      'orders five-replicas': 'pass',
    });
    const list = await get('/results?outcome=stale');
    expect(list.outcomes).toEqual({
      pass: 0,
      fail: 0,
      unknown: 0,
      stale: 2,
      'not-applicable': 0,
    });
    expect(list.items.map((item: any) => item.lastOutcome)).toEqual([
      'fail',
      'pass',
    ]);
    expect((await get('/collectors')).items[0]).toMatchObject({
      name: 'alpha',
      sources: [{ name: 'alpha:main', failures: 1, failure: 'no answer' }],
    });
  });

  it('leaves a failing source alone for longer and longer, and no other', async () => {
    alpha.gate = async () => {
      throw new SourceUnavailableError('alpha:main', 'no answer');
    };
    const { round } = await start();
    await round();
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      const { rows } = await knex.raw(
        `select extract(epoch from paused_until - now()) as left from checks_sources where name = 'alpha:main'`,
      );
      pauses.push(Math.round(Number(rows[0].left) / 5) * 5);
      const looks = alpha.looks.length;
      await round();
      expect(alpha.looks).toHaveLength(looks);
      await knex('checks_sources').update({ paused_until: new Date(0) });
      await round();
      expect(alpha.looks.length).toBeGreaterThan(looks);
    }
    // 5 s doubled with each failure, ten minutes at most.
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600]);
    expect(beta.looks).toHaveLength(2);

    alpha.gate = async () => undefined;
    await knex('checks_sources').update({ paused_until: new Date(0) });
    await round();
    expect(await knex('checks_sources')).toEqual([]);
  });

  it('looks at what changed first, and drops what the catalog lost', async () => {
    const { get, round } = await start();
    await round();
    alpha.looks.length = 0;
    world.entities = [
      service('cart', { owner: 'group:default/platform-team' }),
      service('payments'),
    ];
    await round();
    expect([...alpha.looks].sort()).toEqual([
      CART,
      'component:default/payments',
    ]);
    expect(Object.keys(await outcomes(get))).toEqual([
      'cart five-replicas',
      'cart two-replicas',
      'payments five-replicas',
      'payments two-replicas',
    ]);
    expect((await get('/results?owner=platform-team')).totalItems).toBe(2);
    // What was seen of orders is still there when it comes back.
    world.entities.push(service('orders'));
    alpha.gate = async () => {
      throw new Error('not now');
    };
    await round();
    expect(await outcomes(get)).toMatchObject({
      'orders two-replicas': 'pass',
    });
  });

  it('grades all anew from what is stored when a definition changes', async () => {
    const { get, round, trigger } = await start();
    await round();
    alpha.looks.length = 0;
    world.files['replicas.yaml'] = checkYaml({
      version: 2,
      pass: 'workload.replicas >= 1',
      when: 'workload.replicas != 2',
    });
    await trigger('definitions');
    await trigger('collection');
    expect(alpha.looks).toEqual([]);
    expect(await outcomes(get)).toMatchObject({
      'cart two-replicas': 'pass',
      'orders two-replicas': 'not-applicable',
    });
    delete world.files['security.yaml'];
    await trigger('definitions');
    await trigger('collection');
    expect(Object.keys(await outcomes(get))).toEqual([
      'cart two-replicas',
      'orders two-replicas',
    ]);
  });

  it('says what is wrong with a file, and goes on with the older definition', async () => {
    const { get, round } = await start();
    await round();
    world.files['replicas.yaml'] = checkYaml({ pass: 'workload.replicsa > 1' });
    world.files['twice.yaml'] = checkYaml({
      name: 'five-replicas',
      collector: 'beta',
    });
    await round();
    expect(await outcomes(get)).toMatchObject({ 'cart two-replicas': 'fail' });
    const { invalid, items } = await get('/definitions');
    expect(items.map(({ name }: any) => name)).toEqual([
      'five-replicas',
      'two-replicas',
    ]);
    expect(invalid).toEqual([
      {
        file: 'replicas.yaml',
        url: 'https://git.test/checks/replicas.yaml',
        usesOlder: ['two-replicas'],
        problems: [
          {
            file: 'replicas.yaml',
            line: 14,
            column: 3,
            field: 'spec.pass',
            message: 'No such key: replicsa (at character 10)',
          },
        ],
      },
      expect.objectContaining({
        file: 'twice.yaml',
        problems: [
          expect.objectContaining({
            message:
              'The check "five-replicas" is defined in security.yaml already; that one is used',
          }),
        ],
      }),
    ]);

    world.readFailure = new Error('the git server is down');
    await round();
    expect(await get('/definitions')).toMatchObject({
      failure: 'the git server is down',
      items: [{ name: 'five-replicas' }, { name: 'two-replicas' }],
    });
  });

  it('tries a definition on an entity without saving', async () => {
    const { post, round, get } = await start();
    await round();
    const test = async (definition: string, entityRef = 'cart') =>
      (await post('/test', { definition, entityRef })).body;
    expect(
      await test(checkYaml({ name: 'one', pass: 'workload.replicas == 1' })),
    ).toMatchObject({
      entityRef: CART,
      applies: true,
      problems: [],
      result: { outcome: 'pass' },
      evidence: [{ value: { replicas: 1 } }],
    });
    expect(await test(checkYaml({ appliesTo: '{ kind: API }' }))).toMatchObject(
      { applies: false, result: { outcome: 'fail' } },
    );
    const wrong = await test(checkYaml({ collector: 'gamma' }));
    expect(wrong.result).toBeUndefined();
    expect(wrong.problems).toEqual([
      expect.objectContaining({
        field: 'spec.reads.workload',
        line: 12,
        message:
          'no collector gives gamma/workload; there is alpha/workload, beta/workload, reports/coverage, reports/quality, reports/scan, reports/tests',
      }),
    ]);
    await age(4000);
    expect((await test(checkYaml())).result.outcome).toBe('stale');
    expect((await get('/definitions')).items).toHaveLength(2);
    expect(
      (await post('/test', { definition: 'x', entityRef: 'nobody' })).status,
    ).toBe(404);
  });

  it('refuses to start while permissions are off', async () => {
    await expect(
      startTestBackend({
        features: [
          plugin,
          catalogServiceMock.factory(),
          mockServices.database.mock({ getClient: async () => knex }).factory,
        ],
      }),
    ).rejects.toThrow(/permission.enabled/);
  });

  it('answers input that is wrong with 400, naming the field', async () => {
    const { status } = await start();
    for (const [path, field] of [
      ['/results?outcome=fine', 'outcome'],
      ['/results?limit=0', 'limit'],
      ['/results?limit=1001', 'limit'],
      ['/results?entity=component:', 'entity'],
      ['/results?colour=red', 'colour'],
      ['/result?entityRef=cart', 'check'],
      ['/result/history?entityRef=cart&check=two-replicas&limit=x', 'limit'],
      ['/runs/7', 'id of a run'],
    ]) {
      expect([path, ...(await status(path))]).toEqual([
        path,
        400,
        expect.stringContaining(field),
      ]);
    }
  });

  it('lets nobody in without permission, and other plugins only by name', async () => {
    const { server, round, status } = await start();
    await round();
    const as = (path: string, header: string) =>
      request(server).get(`/api/checks${path}`).set('Authorization', header);
    expect((await as('/results', mockCredentials.none.header())).status).toBe(
      401,
    );
    const caller = (onBehalfOf: string) =>
      mockCredentials.service.header({
        onBehalfOf: mockCredentials.service(onBehalfOf),
        targetPluginId: 'checks',
      });
    const scorecards = await as('/results', caller('plugin:scorecards'));
    expect(scorecards.body.totalItems).toBe(4);
    expect((await as('/results', caller('plugin:search'))).status).toBe(403);
    world.decide = () => DENY;
    for (const path of [
      '/results',
      `/result?entityRef=${CART}&check=two-replicas`,
      `/result/history?entityRef=${CART}&check=two-replicas`,
      '/definitions',
      '/collectors',
    ]) {
      expect(await status(path)).toEqual([
        403,
        expect.stringMatching(/checks\.(result|definition)\.read/),
      ]);
    }
  });
});
