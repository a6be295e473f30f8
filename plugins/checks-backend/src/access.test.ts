import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { Knex } from 'knex';
import request from 'supertest';
import { checkYaml } from './__testUtils__/checkYaml';
import { service, startChecks, TestWorld } from './__testUtils__/startChecks';
import { TestCollector } from './__testUtils__/TestCollector';

jest.setTimeout(120_000);

const ADA = 'user:default/ada';
const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
const DENY: PolicyDecision = { result: AuthorizeResult.DENY };

const conditional = (
  pluginId: string,
  resourceType: string,
  conditions: any,
): PolicyDecision => ({
  result: AuthorizeResult.CONDITIONAL,
  pluginId,
  resourceType,
  conditions,
});
const onResults = (rule: string, params: any) =>
  conditional('checks', 'check-result', {
    rule,
    resourceType: 'check-result',
    params,
  });
const onEntities = (rule: string, params: any) =>
  conditional('catalog', 'catalog-entity', {
    rule,
    resourceType: 'catalog-entity',
    params,
  });

describe('what somebody may see of checks', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let world: TestWorld;
  let backend: Awaited<ReturnType<typeof startChecks>>;
  let decisions: Record<string, PolicyDecision>;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    const alpha = new TestCollector('alpha');
    alpha.seen = {
      'component:default/orders': 1,
      'component:default/cart': 2,
      'api:default/orders': 2,
    };
    world = {
      files: {
        'a.yaml': checkYaml({ appliesTo: '{ spec.type: service }' }),
        'b.yaml': checkYaml({ name: 'secret-check', category: 'security' }),
      },
      entities: [
        service('orders'),
        service('cart', { owner: 'group:default/storefront-team' }),
        service('orders', { kind: 'API' }),
      ],
      collectors: [alpha],
      decide: permission => decisions[permission] ?? ALLOW,
    };
    decisions = {};
    backend = await startChecks(knex, world);
    await backend.round();
  });

  beforeEach(() => {
    decisions = {};
  });

  afterAll(async () => {
    await backend.stop();
    await knex.destroy();
  });

  const call = (method: 'get' | 'post', path: string, body?: object) =>
    request(backend.server)
      [method](`/api/checks${path}`)
      .set('Authorization', mockCredentials.user.header(ADA))
      .send(body);
  const visible = async () => {
    const { body } = await call('get', '/results');
    // Counts say no more than the list.
    expect(body.totalItems).toBe(body.items.length);
    expect(
      Object.values<number>(body.outcomes).reduce((sum, n) => sum + n, 0),
    ).toBe(body.items.length);
    return body.items.map(
      (item: any) =>
        `${item.entityRef.replace(':default/', ' ')} ${item.check}`,
    );
  };
  const all = [
    'api orders two-replicas',
    'component cart secret-check',
    'component cart two-replicas',
    'component orders secret-check',
    'component orders two-replicas',
  ];
  const only = (pattern: RegExp) => all.filter(name => pattern.test(name));

  it.each<[string, Record<string, PolicyDecision>, string[]]>([
    ['everything', {}, all],
    [
      'what it owns',
      {
        'checks.result.read': onResults('IS_ENTITY_OWNER', {
          claims: ['group:default/storefront-team', ADA],
        }),
      },
      only(/cart/),
    ],
    [
      'one kind',
      { 'checks.result.read': onResults('IS_ENTITY_KIND', { kinds: ['api'] }) },
      only(/api/),
    ],
    [
      'one system',
      {
        'checks.result.read': onResults('IS_IN_SYSTEM', {
          systems: ['system:default/other'],
        }),
      },
      [],
    ],
    [
      'one check',
      {
        'checks.result.read': onResults('IS_CHECK', {
          checks: ['two-replicas'],
        }),
      },
      only(/two-replicas/),
    ],
    [
      'all but one category',
      {
        'checks.result.read': conditional('checks', 'check-result', {
          not: {
            rule: 'HAS_CATEGORY',
            resourceType: 'check-result',
            params: { categories: ['security'] },
          },
        }),
      },
      only(/two-replicas/),
    ],
    [
      'what the catalog shows, of what checks allow',
      {
        'catalog.entity.read': onEntities('IS_ENTITY_OWNER', {
          claims: ['group:default/checkout-team'],
        }),
        'checks.result.read': onResults('IS_ENTITY_KIND', {
          kinds: ['Component'],
        }),
      },
      only(/component orders/),
    ],
    [
      'nothing by a rule of the catalog that we do not know, nor by its negation',
      {
        'catalog.entity.read': conditional('catalog', 'catalog-entity', {
          not: { rule: 'NEW', resourceType: 'catalog-entity', params: {} },
        }),
      },
      [],
    ],
  ])('shows %s', async (_, policy, expected) => {
    decisions = policy;
    expect(await visible()).toEqual(expected);
    for (const name of all) {
      const [kind, entity, check] = name.split(' ');
      const query = `entityRef=${kind}:${entity}&check=${check}`;
      const status = expected.includes(name) ? 200 : 404;
      expect((await call('get', `/result?${query}`)).status).toBe(status);
      expect((await call('get', `/result/history?${query}`)).status).toBe(
        status,
      );
    }
  });

  it('answers of what is hidden as of what is not there', async () => {
    decisions['catalog.entity.read'] = onEntities('IS_ENTITY_KIND', {
      kinds: ['API'],
    });
    const same = async (
      method: 'get' | 'post',
      path: (name: string) => string,
      body: (name: string) => object,
    ) => {
      const [hidden, missing] = await Promise.all(
        ['cart', 'nobody'].map(async name => {
          const response = await call(method, path(name), body(name));
          return [
            response.status,
            response.body.error.message.replaceAll(name, 'X'),
          ];
        }),
      );
      expect(hidden).toEqual(missing);
      expect(hidden[0]).toBe(404);
    };
    await same(
      'get',
      name => `/result?entityRef=${name}&check=two-replicas`,
      () => ({}),
    );
    await same(
      'post',
      () => '/runs',
      name => ({ entityRefs: [name] }),
    );
    await same(
      'post',
      () => '/test',
      name => ({ entityRef: name, definition: checkYaml() }),
    );
  });

  it('runs only what may be run, and shows a run to nobody who may not see its entities', async () => {
    decisions['checks.run.create'] = DENY;
    const refused = await call('post', '/runs', { entityRefs: ['cart'] });
    expect([refused.status, refused.body.error.message]).toEqual([
      403,
      expect.stringContaining('checks.run.create is given to owners'),
    ]);
    delete decisions['checks.run.create'];
    const { body } = await call('post', '/runs', { entityRefs: ['cart'] });
    decisions['checks.result.read'] = onResults('IS_ENTITY_KIND', {
      kinds: ['API'],
    });
    const other = await request(backend.server)
      .get(`/api/checks/runs/${body.id}`)
      .set('Authorization', mockCredentials.user.header('user:default/ben'));
    expect([other.status, other.body.error.message]).toEqual([
      404,
      `There is no run ${body.id}`,
    ]);
  });

  it('gives the permission backend what a condition on one result needs', async () => {
    const answer = await request(backend.server)
      .post('/api/checks/.well-known/backstage/permissions/apply-conditions')
      .set(
        'Authorization',
        mockCredentials.service.header({
          onBehalfOf: mockCredentials.service('plugin:permission'),
          targetPluginId: 'checks',
        }),
      )
      .send({
        items: ['component:default/cart', 'component:default/orders'].map(
          (entityRef, id) => ({
            id: String(id),
            resourceRef: `${entityRef}~two-replicas`,
            resourceType: 'check-result',
            conditions: {
              rule: 'IS_ENTITY_OWNER',
              resourceType: 'check-result',
              params: { claims: ['group:default/storefront-team'] },
            },
          }),
        ),
      });
    expect(answer.body.items.map((item: any) => item.result)).toEqual([
      'ALLOW',
      'DENY',
    ]);
  });
});
