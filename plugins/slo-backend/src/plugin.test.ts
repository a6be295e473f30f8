import { mkdtemp, rm, writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  SloList,
  sloObjectiveReadPermission,
} from '@shopfloor/plugin-slo-common';
import request from 'supertest';
import plugin from '.';
import { availabilitySlo } from './testing/slos';
import { TestPrometheus } from './testing/TestPrometheus';

jest.setTimeout(120_000);

const INTERVAL_SECONDS = 5;
const HOUR = 3600;
const ID = 'component~default~products~products-availability~production';

describe('slo backend', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let folder: string;
  let prometheus: TestPrometheus;
  let visible: (entityRef: string, user: string) => boolean;
  let permission: AuthorizeResult.ALLOW | AuthorizeResult.DENY;
  let entities: Entity[];
  let stop: (() => Promise<void>) | undefined;

  function component(name: string, annotations: Record<string, string>) {
    return {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name,
        tags: ['typescript'],
        annotations: {
          'backstage.io/managed-by-location': `file:${folder}/catalog-info.yaml`,
          'shopfloor.dev/environments': 'production',
          ...annotations,
        },
      },
      relations: [
        { type: 'ownedBy', targetRef: 'group:default/merchandising-team' },
        { type: 'partOf', targetRef: 'system:default/shop' },
      ],
    };
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slo-backend-'));
    visible = () => true;
    permission = AuthorizeResult.ALLOW;
    // Two hours of 10 requests/s from two callers, of which 0.02/s end in 5xx only in the last hour. Prometheus keeps
    // going for some minutes so that "now" always has samples.
    const now =
      Math.floor(Date.now() / 1000 / INTERVAL_SECONDS) * INTERVAL_SECONDS;
    const base = {
      name: 'shopfloor:requests:rate1m',
      to: now + 600,
    };
    const labels = {
      environment: 'production',
      destination: 'products',
      version: 'v1',
    };
    prometheus = await TestPrometheus.start({
      intervalSeconds: INTERVAL_SECONDS,
      series: [
        {
          ...base,
          labels: { ...labels, source: 'gateway', code_class: '2xx' },
          from: now - 2 * HOUR + INTERVAL_SECONDS,
          value: 6,
        },
        {
          ...base,
          labels: { ...labels, source: 'storefront', code_class: '2xx' },
          from: now - 2 * HOUR + INTERVAL_SECONDS,
          value: 4,
        },
        {
          ...base,
          labels: { ...labels, source: 'gateway', code_class: '5xx' },
          from: now - HOUR + INTERVAL_SECONDS,
          value: 0.002,
        },
        {
          ...base,
          labels: {
            ...labels,
            environment: 'staging',
            source: 'gateway',
            code_class: '5xx',
          },
          from: now - HOUR,
          value: 100,
        },
      ],
    });
    await writeFile(join(folder, 'slo.yaml'), availabilitySlo());
    entities = [component('products', { 'shopfloor.dev/slo': './slo.yaml' })];
  });

  afterEach(async () => {
    jest.useRealTimers();
    await prometheus.remove();
    await rm(folder, { recursive: true, force: true });
    await stop?.();
    stop = undefined;
  });

  async function start(options: { fileRoots?: string[] } = {}) {
    const scheduler = mockServices.scheduler();
    const knex = await databases.init('POSTGRES_18');
    const backend = await startTestBackend({
      features: [
        plugin,
        catalogServiceMock.mock({
          getEntities: async () => ({ items: entities }),
          getEntitiesByRefs: async (
            { entityRefs }: { entityRefs: string[] },
            { credentials }: any,
          ) => ({
            items: entityRefs.map(ref =>
              visible(ref, credentials.principal.userEntityRef)
                ? entities.find(entity => stringifyEntityRef(entity) === ref)
                : undefined,
            ),
          }),
        } as any).factory,
        createServiceFactory({
          service: coreServices.scheduler,
          deps: {},
          factory: () => scheduler,
        }),
        mockServices.database.mock({ getClient: async () => knex }).factory,
        mockServices.permissions.mock({
          // Under conditions, so that the catalog decides.
          authorizeConditional: async queries =>
            queries.map(query =>
              query.permission.name === sloObjectiveReadPermission.name
                ? { result: permission }
                : {
                    result: AuthorizeResult.CONDITIONAL,
                    pluginId: 'catalog',
                    resourceType: 'catalog-entity',
                    conditions: {
                      rule: 'IS_ENTITY_KIND',
                      resourceType: 'catalog-entity',
                      params: { kinds: ['component'] },
                    },
                  },
            ),
          authorize: async queries =>
            queries.map(() => ({ result: permission })),
        }).factory,
        mockServices.rootConfig.factory({
          data: {
            permission: { enabled: true },
            slo: { fileRoots: options.fileRoots ?? [folder] },
            shopfloor: {
              clusters: [{ name: 'test', url: 'https://127.0.0.1:1' }],
              environments: ['production', 'staging'].map(name => ({
                name,
                cluster: 'test',
                namespace: name,
                prometheus: {
                  url: prometheus.url,
                  evaluationIntervalSeconds: INTERVAL_SECONDS,
                },
              })),
            },
          },
        }),
      ],
    });
    const { server } = backend;
    stop = () => backend.stop();
    return {
      server,
      knex,
      round: async () => {
        await scheduler.triggerTask('slo-discovery');
        await scheduler.triggerTask('slo-evaluation');
      },
    };
  }

  async function list(server: any, query = ''): Promise<SloList> {
    const response = await request(server).get(`/api/slo/slos${query}`);
    expect(response.status).toBe(200);
    return response.body;
  }

  it('computes an SLO from what Prometheus holds', async () => {
    const { server, round } = await start();
    expect(await list(server)).toMatchObject({ items: [], totalItems: 0 });
    await round();

    const { items, facets } = await list(server);
    expect(items).toEqual([
      expect.objectContaining({
        id: ID,
        entityRef: 'component:default/products',
        owner: 'group:default/merchandising-team',
        system: 'system:default/shop',
        environment: 'production',
        state: 'ok',
        source: { file: 'slo.yaml', line: 1 },
        notes: [],
      }),
    ]);
    expect(facets).toEqual({
      owners: ['group:default/merchandising-team'],
      environments: ['production'],
      systems: ['system:default/shop'],
      tags: ['typescript'],
    });
    // By hand: 2 h at 10/s are 72,000 good events, 1 h at 0.002/s are 7.2 bad ones. Budget 0.001 x 72,007.2 = 72.0072,
    // left 1 - 7.2 / 72.0072 = 0.90001. Last hour: 7.2 of 36,007.2 burn at 0.19996. The test runs some seconds after
    // the samples were laid out, hence 1 %.
    const [slo] = items;
    const [objective] = slo.objectives;
    const near = (value: number, expected: number) =>
      expect(Math.abs(value / expected - 1)).toBeLessThan(0.01);
    near(objective.counts.total, 72_007.2);
    near(objective.counts.bad, 7.2);
    near(objective.budgetLeft!, 0.90001);
    near(objective.burnRate!, 0.19996);
    near(slo.coverage!.seconds, 2 * HOUR);
    expect(slo.coverage!.windowSeconds).toBe(30 * 24 * HOUR);
    expect(Date.now() - Date.parse(slo.observedAt!)).toBeLessThan(30_000);

    const detail = await request(server).get(`/api/slo/slos/${ID}`);
    expect(detail.status).toBe(200);
    const explained = detail.body.explanation.windows.at(-1);
    expect(explained).toMatchObject({
      seconds: 30 * 24 * HOUR,
      totalExpression:
        'sum(sum_over_time(shopfloor:requests:rate1m{environment="production",destination="products"}[2592000s])) * 5',
    });
    // Two hours of thirty days, and nothing else is wrong.
    expect(detail.body.lint).toMatchObject({
      findings: [{ code: 'history-short', severity: 'info' }],
      unchecked: [],
    });
    // What is shown as the query gives what is shown as the figure.
    const answer: any = await (
      await fetch(
        `${prometheus.url}/api/v1/query?query=${encodeURIComponent(
          explained.totalExpression,
        )}`,
      )
    ).json();
    near(Number(answer.data.result[0].value[1]), explained.counts.total);
  });

  it('says that a limit is no bucket of the histogram, and which there are', async () => {
    const bucket = (le: string) =>
      `shopfloor:requests:rate1m{destination="products",code_class!="5xx",le="${le}"}`;
    await writeFile(
      join(folder, 'slo.yaml'),
      availabilitySlo({ good: bucket('300') }),
    );
    const { server, round } = await start();
    await round();
    const { body } = await request(server).get(`/api/slo/slos/${ID}`);
    // These series have no label le at all: there is no bucket.
    expect(body.lint.findings).toContainEqual(
      expect.objectContaining({
        code: 'bucket-missing',
        severity: 'error',
        values: { limit: '300', matching: 0, bounds: '' },
      }),
    );
    await prometheus.kill();
    const later = await request(server).get(`/api/slo/slos/${ID}`);
    expect(later.body.lint.unchecked).toContain('bucket-missing');
  });

  it('shows the budget over time as the window was at each moment', async () => {
    const { server, round } = await start();
    await round();
    const { body } = await request(server)
      .get(`/api/slo/slos/${ID}/history`)
      .query({ range: '1h' });
    expect(body).toMatchObject({
      range: '1h',
      objective: 0,
      source: 'prometheus',
    });
    expect(body.points).toHaveLength(60);
    for (const index of [0, 30, 59]) {
      const { at, counts } = body.points[index];
      const query = `sum(sum_over_time(shopfloor:requests:rate1m{environment="production"}[30d])) * 5`;
      const answer: any = await (
        await fetch(
          `${prometheus.url}/api/v1/query?query=${encodeURIComponent(
            query,
          )}&time=${at}`,
        )
      ).json();
      expect(counts.total).toBeCloseTo(
        Number(answer.data.result[0].value[1]),
        3,
      );
    }
    expect(body.points[0].budgetLeft).toBeGreaterThan(0.99);
    expect(body.points[59].budgetLeft).toBeLessThan(0.91);
    expect(body.points[59].burnRate).toBeGreaterThan(0.19);
  });

  it('keeps the last known figures, marked stale, when Prometheus is gone', async () => {
    const { server, round } = await start();
    await round();
    const [before] = (await list(server)).items;
    await prometheus.kill();
    await round();
    const [failing] = (await list(server)).items;
    expect(failing.failure).toEqual({
      code: 'prometheus-unavailable',
      message: expect.stringContaining('connection refused'),
      since: expect.any(String),
    });

    jest.useFakeTimers({
      now: Date.now() + 120_000,
      doNotFake: [
        'nextTick',
        'setImmediate',
        'clearImmediate',
        'setTimeout',
        'clearTimeout',
        'setInterval',
        'clearInterval',
        'queueMicrotask',
        'performance',
        'hrtime',
      ],
    });
    const [after] = (await list(server, '?state=stale')).items;
    expect(after).toMatchObject({
      state: 'stale',
      lastState: 'ok',
      observedAt: before.observedAt,
      failure: { since: failing.failure!.since },
    });
    expect(after.objectives).toEqual(before.objectives);

    const { body } = await request(server)
      .get(`/api/slo/slos/${ID}/history`)
      .query({ range: '15m' });
    expect(body).toMatchObject({
      source: 'stored',
      failure: expect.stringContaining('connection refused'),
      points: [{ budgetLeft: expect.closeTo(0.9, 2) }],
    });
  });

  it('keeps the last figures when samples stop coming', async () => {
    const { server, round, knex } = await start();
    await round();
    const [before] = (await list(server)).items;
    const other = availabilitySlo({ name: 'other' }).replace(
      'rate1m{destination="products"}\n',
      'rate1m{destination="nobody"}\n',
    );
    await writeFile(
      join(folder, 'slo.yaml'),
      `${other}---\n${availabilitySlo()}`,
    );
    await round();
    const { items } = await list(server);
    expect(items.map(slo => [slo.name, slo.state])).toEqual([
      ['products-availability', 'ok'],
      ['other', 'unknown'],
    ]);
    expect(items[1]).toMatchObject({
      objectives: [],
      failure: {
        code: 'no-data',
        message: expect.stringContaining('in the last 5m'),
      },
    });
    expect(items[0].objectives[0].target).toBe(before.objectives[0].target);
    expect(await knex('slo_points').select('slo_id')).toEqual([{ slo_id: ID }]);
  });

  it('forgets figures when what is counted changes, and keeps them when a target does', async () => {
    const { server, round, knex } = await start();
    await round();
    await prometheus.kill();
    await writeFile(
      join(folder, 'slo.yaml'),
      availabilitySlo({ targets: [0.9999, 0.99] }),
    );
    await round();
    const [retargeted] = (await list(server)).items;
    // 7.2 bad of a budget of 7.2 at 99.99 %: all but used up; of 720 at 99 %: 99 % left.
    expect(retargeted.objectives.map(({ target }) => target)).toEqual([
      0.9999, 0.99,
    ]);
    expect(retargeted.objectives[1].budgetLeft).toBeCloseTo(0.99, 2);
    expect(retargeted.worstBudgetLeft).toBeLessThan(0.02);

    await writeFile(
      join(folder, 'slo.yaml'),
      availabilitySlo({ window: '7d' }),
    );
    await round();
    const [recounted] = (await list(server)).items;
    expect(recounted).toMatchObject({ state: 'unknown', objectives: [] });
    expect(await knex('slo_points')).toEqual([]);
  });

  it('says what is wrong with a file at its line, and goes on with the older definition', async () => {
    const { server, round } = await start();
    await round();
    await writeFile(
      join(folder, 'slo.yaml'),
      availabilitySlo().replace('target: 0.999', 'target: 100'),
    );
    await round();
    const { items, sources } = await list(server);
    expect(items).toHaveLength(1);
    expect(sources).toEqual([
      expect.objectContaining({
        entityRef: 'component:default/products',
        file: 'slo.yaml',
        usesOlderDefinitions: true,
        problems: [
          expect.objectContaining({
            severity: 'error',
            line: 27,
            field: 'spec.objectives[0].target',
          }),
        ],
      }),
    ]);
  });

  it('reads nothing from disk outside of the configured roots', async () => {
    entities = [
      component('escape', { 'shopfloor.dev/slo': '../../../../etc/passwd' }),
      component('absolute', { 'shopfloor.dev/slo': 'file:///etc/passwd' }),
      component('products', { 'shopfloor.dev/slo': 'slo.yaml' }),
    ];
    const { server, round } = await start({ fileRoots: [] });
    await round();
    const { items, sources } = await list(server);
    expect(items).toEqual([]);
    expect(
      sources.map(({ entityRef, failure }) => [entityRef, failure]),
    ).toEqual([
      ['component:default/absolute', expect.stringContaining('must be a path')],
      ['component:default/escape', expect.stringContaining('must be a path')],
      ['component:default/products', expect.stringContaining('slo.fileRoots')],
    ]);
  });

  it('evaluates a definition in each environment and filters the list', async () => {
    await writeFile(
      join(folder, 'slo.yaml'),
      availabilitySlo({ environments: 'production, staging, moon' }),
    );
    const { server, round } = await start();
    await round();
    const all = await list(server);
    // Staging has only errors: worst budget first.
    expect(all.items.map(slo => [slo.environment, slo.state])).toEqual([
      ['staging', 'failing'],
      ['production', 'ok'],
    ]);
    expect(all.items[0].notes).toEqual(['counted-series-absent']);
    expect(all.sources[0].problems).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('no environment "moon"'),
      }),
    ]);
    const names = async (query: string) =>
      (await list(server, query)).items.map(slo => slo.environment);
    expect(await names('?environment=staging')).toEqual(['staging']);
    expect(await names('?state=ok')).toEqual(['production']);
    expect(await names('?limit=1&offset=1')).toEqual(['production']);
    expect(await names('?owner=merchandising-team')).toHaveLength(2);
    expect(await names('?owner=group:default/nobody')).toEqual([]);
    expect(await names('?entity=component:default/cart')).toEqual([]);
    expect(await names('?system=shop')).toHaveLength(2);
    expect(await names('?system=system:default/other')).toEqual([]);
    expect(await names('?tag=typescript')).toHaveLength(2);
    expect(await names('?tag=java')).toEqual([]);
  });

  it('shows a person only what the catalog shows the same person', async () => {
    const { server, round } = await start();
    await round();
    visible = (_, user) => user === 'user:default/ben';
    const get = (path: string, user: string) =>
      request(server)
        .get(`/api/slo${path}`)
        .set('Authorization', mockCredentials.user.header(user));
    const ben = await get('/slos', 'user:default/ben');
    expect(ben.body.totalItems).toBe(1);
    const ada = await get('/slos', 'user:default/ada');
    expect(ada.body).toEqual({
      items: [],
      totalItems: 0,
      states: { ok: 0, 'at-risk': 0, failing: 0, unknown: 0, stale: 0 },
      sources: [],
      facets: { owners: [], environments: [], systems: [], tags: [] },
    });
    const hidden = await get(`/slos/${ID}`, 'user:default/ada');
    const missing = await get('/slos/nothing', 'user:default/ada');
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    expect(hidden.body.error.message.replace(ID, 'nothing')).toBe(
      missing.body.error.message,
    );
    expect((await get(`/slos/${ID}/history`, 'user:default/ada')).status).toBe(
      404,
    );
  });

  it('tells of a journey only the steps whose entity the person may see', async () => {
    const STEP = 'products-availability';
    const journeyOf = (name: string, steps: string) =>
      `apiVersion: openslo/v1
kind: SLO
metadata:
  name: ${name}
  annotations:
    shopfloor.dev/journey: |
${steps.replace(/^/gm, '      ')}
spec:
  service: shop
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.99 }]
`;
    await writeFile(
      join(folder, 'shop.yaml'),
      [
        availabilitySlo({ name: 'shop-answers' }),
        journeyOf('shopping', `products/${STEP} = 3\nshop/shop-answers = 1`),
        journeyOf('broken', `products/nothing\nshop/shop-answers`),
      ].join('---\n'),
    );
    entities.push(component('shop', { 'shopfloor.dev/slo': './shop.yaml' }));
    const { server, round } = await start();
    await round();
    visible = (ref, user) =>
      user === 'user:default/ben' || ref === 'component:default/shop';
    const id = (name: string) => `component~default~shop~${name}~production`;
    const get = async (path: string, user: string) => {
      const response = await request(server)
        .get(`/api/slo${path}`)
        .set('Authorization', mockCredentials.user.header(user));
      expect(response.status).toBe(200);
      return response;
    };
    const partsFor = async (user: string) => {
      const { items } = (await get('/slos', user)).body as SloList;
      const listed = items.find(({ name }) => name === 'shopping')!;
      const { body: detail } = await get(`/slos/${id('shopping')}`, user);
      expect(detail.objectives).toEqual(listed.objectives);
      return listed.objectives[0].parts!;
    };
    const all = [
      { name: STEP, sloId: ID, entityRef: 'component:default/products' },
      { name: 'shop-answers', entityRef: 'component:default/shop' },
    ];
    expect(await partsFor('user:default/ben')).toMatchObject(all);
    const [hidden, seen] = await partsFor('user:default/ada');
    expect(hidden).toEqual({ name: '', target: 0, weight: 3, hidden: true });
    expect(seen).toMatchObject(all[1]);
    // What was hidden from one person is not hidden from the next.
    expect(await partsFor('user:default/ben')).toMatchObject(all);

    // Nor does anything else that is said of a journey name the step.
    for (const path of [
      '/slos',
      `/slos/${id('shopping')}`,
      `/slos/${id('broken')}`,
      `/slos/${id('broken')}/history`,
      `/slos/${id('shopping')}/export`,
      '/export?entity=component:default/shop',
    ]) {
      const named = async (user: string) =>
        /products\/|component~default~products/.test(
          (await get(path, user)).text,
        );
      expect([path, await named('user:default/ben')]).toEqual([path, true]);
      expect([path, await named('user:default/ada')]).toEqual([path, false]);
    }
  });

  it('refuses who has no permission, services and anonymous callers', async () => {
    const { server } = await start();
    permission = AuthorizeResult.DENY;
    for (const path of ['/slos', `/slos/${ID}`, `/slos/${ID}/history`]) {
      const denied = await request(server).get(`/api/slo${path}`);
      expect(denied.status).toBe(403);
      expect(denied.body.error.message).toContain('slo.objective.read');
    }
    permission = AuthorizeResult.ALLOW;
    const service = await request(server)
      .get('/api/slo/slos')
      .set('Authorization', mockCredentials.service.header());
    expect(service.status).toBe(403);
    const nobody = await request(server)
      .get('/api/slo/slos')
      .set('Authorization', mockCredentials.none.header());
    expect(nobody.status).toBe(401);
  });

  it.each([
    ['/slos?state=fine', 'state'],
    ['/slos?limit=many', 'limit'],
    ['/slos?limit=0', 'limit'],
    ['/slos?limit=501', 'limit'],
    ['/slos?entity=component:', 'entity'],
    ['/slos?colour=red', 'colour'],
    [`/slos/${ID}/history?range=2d`, 'range'],
    [`/slos/${ID}/history?objective=7`, 'objective'],
  ])('answers %s with 400 naming %s', async (path, field) => {
    const { server, round } = await start();
    await round();
    const { status, body } = await request(server).get(`/api/slo${path}`);
    expect(status).toBe(400);
    expect(body.error.message).toContain(field);
  });

  it('refuses to start while permissions are off', async () => {
    await expect(
      startTestBackend({
        features: [
          plugin,
          catalogServiceMock.factory(),
          mockServices.rootConfig.factory({
            data: {
              shopfloor: {
                clusters: [{ name: 'test', url: 'https://127.0.0.1:1' }],
                environments: [
                  {
                    name: 'production',
                    cluster: 'test',
                    prometheus: { url: prometheus.url },
                  },
                ],
              },
            },
          }),
        ],
      }),
    ).rejects.toThrow(/permission.enabled/);
  });
});
