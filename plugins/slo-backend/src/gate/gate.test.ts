import {
  BackstageCredentials,
  coreServices,
  createBackendPlugin,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockErrorHandler,
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  AuthorizeResult,
  QueryPermissionResponse,
} from '@backstage/plugin-permission-common';
import {
  ReleaseGateService,
  releaseGateServiceRef,
} from '@shopfloor/plugin-slo-node';
import {
  parseOpenSlo,
  ReleaseGate,
  sloObjectiveReadPermission,
  sloReleaseReadPermission,
} from '@shopfloor/plugin-slo-common';
import express from 'express';
import request from 'supertest';
import plugin from '..';
import { DatabaseSloStore } from '../store/DatabaseSloStore';
import { availabilitySlo } from '../testing/slos';
import { createGateRouter } from './gateRouter';

jest.setTimeout(60_000);

const ORDERS = 'component:default/orders';
const POLICY = `apiVersion: shopfloor.dev/v1
kind: ReleasePolicy
metadata: { name: shop }
spec:
  rules:
    - freezeAtBudget: 0
      slowDownBelowBudget: 0.25
      burning: { page: freeze, ticket: slow-down }
`;

const component = (name: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, namespace: 'default' },
  spec: { system: 'shop' },
  relations: [{ type: 'ownedBy', targetRef: `group:default/${name}-team` }],
});

describe('release gate', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let permission: AuthorizeResult.ALLOW | AuthorizeResult.DENY;
  let readable: QueryPermissionResponse;
  let policy: string | Error;
  let stop: () => Promise<void>;
  let asService: ReleaseGateService;

  beforeEach(() => {
    permission = AuthorizeResult.ALLOW;
    readable = { result: AuthorizeResult.ALLOW };
    policy = POLICY;
  });

  afterEach(async () => {
    await stop();
  });

  /** Orders with an SLO of 99.9 % over 30 days, measured now, with so many bad requests of a million. */
  async function start(bad: number | undefined) {
    const knex = await databases.init('POSTGRES_18');
    const store = await DatabaseSloStore.create({
      database: { getClient: async () => knex },
    });
    const [definition] = parseOpenSlo(availabilitySlo(), {
      file: 'slo.yaml',
    }).slos;
    const now = new Date();
    await store.saveSource({
      entityRef: ORDERS,
      file: 'slo.yaml',
      content: '',
      readAt: now,
      problems: [],
      keepOthers: false,
      slos: [
        {
          id: 'orders',
          entityRef: ORDERS,
          environment: 'production',
          file: 'slo.yaml',
          definition,
        },
      ],
    });
    if (bad !== undefined) {
      const to = now.getTime() / 1000;
      await store.saveMeasurements([
        {
          id: 'orders',
          points: [],
          measurement: {
            observedAt: now,
            notes: [],
            parts: [
              {
                key: '0',
                countedSeen: true,
                windows: [
                  { key: '2592000', from: to - 2592000, to, bad, total: 1e6 },
                ],
                coverage: [
                  {
                    key: '2592000',
                    from: to - 2592000,
                    to,
                    seconds: 2592000,
                    resolutionSeconds: 300,
                  },
                ],
              },
            ],
          },
        },
      ]);
    }
    const asker = createBackendPlugin({
      pluginId: 'asker',
      register(env) {
        env.registerInit({
          deps: { gate: releaseGateServiceRef },
          async init({ gate }) {
            asService = gate;
          },
        });
      },
    });
    const entities = [component('orders'), component('cart')];
    const backend = await startTestBackend({
      features: [
        plugin,
        asker,
        catalogServiceMock.mock({
          getEntityByRef: async ref =>
            entities.find(entity => stringifyEntityRef(entity) === ref),
          getEntitiesByRefs: async ({ entityRefs }: any) => ({
            items: entityRefs.map((ref: string) =>
              entities.find(entity => stringifyEntityRef(entity) === ref),
            ),
          }),
        }).factory,
        createServiceFactory({
          service: coreServices.scheduler,
          deps: {},
          factory: () => mockServices.scheduler(),
        }),
        mockServices.database.mock({ getClient: async () => knex }).factory,
        mockServices.urlReader.mock({
          search: async () => {
            if (policy instanceof Error) {
              throw policy;
            }
            const content = Buffer.from(policy);
            return {
              etag: '',
              files: [{ url: 'policy.yaml', content: async () => content }],
            };
          },
        }).factory,
        mockServices.permissions.mock({
          authorizeConditional: async queries =>
            queries.map(query =>
              query.permission.name === sloObjectiveReadPermission.name
                ? readable
                : { result: AuthorizeResult.ALLOW },
            ),
          authorize: async queries =>
            queries.map(query => ({
              result:
                query.permission.name === sloReleaseReadPermission.name
                  ? permission
                  : AuthorizeResult.DENY,
            })),
        }).factory,
        mockServices.rootConfig.factory({
          data: {
            permission: { enabled: true },
            slo: { releasePolicy: 'https://git.example/policy.yaml' },
            shopfloor: {
              clusters: [{ name: 'test', url: 'https://127.0.0.1:1' }],
              environments: ['production', 'staging'].map(name => ({
                name,
                cluster: 'test',
                namespace: name,
                prometheus: { url: 'http://127.0.0.1:1' },
              })),
            },
          },
        }),
      ],
    });
    stop = async () => {
      await backend.stop();
      await knex.destroy();
    };
    return (
      query = `entity=${ORDERS}&environment=production`,
      header = mockCredentials.user.header(),
    ) =>
      request(backend.server)
        .get(`/api/slo/gate?${query}`)
        .set('Authorization', header);
  }

  // The budget is 1,000 bad requests.
  it.each<[number | undefined, string, string[]]>([
    [0, 'go', []],
    [800, 'slow-down', ['budget-low']],
    [1000, 'freeze', ['budget-used-up']],
    [undefined, 'unknown', ['slo-unknown']],
  ])('says with %s bad requests: %s', async (bad, decision, codes) => {
    const ask = await start(bad);
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      entityRef: ORDERS,
      environment: 'production',
      decision,
      slos: [{ id: 'orders', name: 'products-availability' }],
      policy: { name: 'shop', url: 'https://git.example/policy.yaml' },
    });
    expect(body.reasons.map(({ code }: any) => code)).toEqual(codes);
  });

  it('answers other plugins, with a service or a person asking', async () => {
    await start(1000);
    for (const credentials of [
      mockCredentials.service('plugin:asker'),
      mockCredentials.user(),
    ] as BackstageCredentials[]) {
      await expect(
        asService.ask(
          { entityRef: ORDERS, environment: 'production' },
          { credentials },
        ),
      ).resolves.toMatchObject({ decision: 'freeze' });
    }
    // What a person may read does not bind a service, whose token may be restricted to the gate.
    readable = { result: AuthorizeResult.DENY };
    const asked = { entityRef: ORDERS, environment: 'production' };
    await expect(
      asService.ask(asked, {
        credentials: mockCredentials.service('plugin:asker'),
      }),
    ).resolves.toMatchObject({ decision: 'freeze' });
    await expect(
      asService.ask(asked, { credentials: mockCredentials.user() }),
    ).rejects.toThrow(/404/);
  });

  it('lets a pipeline ask only with a token that is restricted to it', async () => {
    const ask = async (permissionNames?: string[]) => {
      const app = express().use(
        createGateRouter({
          // Tokens of tests carry no restrictions, so that the credentials are given.
          httpAuth: mockServices.httpAuth.mock({
            credentials: (async () =>
              mockCredentials.service(
                'external:pipeline',
                permissionNames && { permissionNames },
              )) as any,
          }),
          permissions: mockServices.permissions(),
          service: { ask: async () => ({ decision: 'go' }) as ReleaseGate },
        }),
      );
      app.use(mockErrorHandler());
      return request(app).get('/gate?entity=orders&environment=production');
    };
    const refused = await ask();
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toContain('accessRestrictions');
    expect((await ask(['catalog.entity.read'])).status).toBe(403);
    expect((await ask([sloReleaseReadPermission.name])).body.decision).toBe(
      'go',
    );
  });

  it.each([
    ['the owner', 'IS_ENTITY_OWNER', { claims: ['group:default/orders-team'] }],
    ['its system', 'HAS_SPEC', { key: 'system', value: 'shop' }],
    ['another owner', 'IS_ENTITY_OWNER', { claims: ['group:default/others'] }],
    ['another system', 'HAS_SPEC', { key: 'system', value: 'billing' }],
    ['a rule that the catalog has not', 'IS_NICE', {}],
  ])(
    'tells of the SLOs of an entity only who may read them: %s',
    async (who, rule, params) => {
      const ask = await start(0);
      readable = {
        result: AuthorizeResult.CONDITIONAL,
        pluginId: 'catalog',
        resourceType: 'catalog-entity',
        conditions: { rule, resourceType: 'catalog-entity', params },
      };
      const answer = await ask();
      const may = who === 'the owner' || who === 'its system';
      // To others as of an entity that there is not.
      expect([
        answer.status,
        answer.body.slos?.length,
        answer.text.includes('products-availability'),
      ]).toEqual(may ? [200, 1, true] : [404, undefined, false]);
    },
  );

  it('refuses who may not ask', async () => {
    const ask = await start(0);
    permission = AuthorizeResult.DENY;
    const denied = await ask();
    expect(denied.status).toBe(403);
    expect(denied.body.error.message).toContain('slo.release.read');
    const nobody = await ask(undefined, mockCredentials.none.header());
    expect(nobody.status).toBe(401);
  });

  it.each([
    ['entity=orders', 400, 'environment'],
    ['environment=production', 400, 'entity'],
    ['entity=orders&environment=moon', 400, 'staging'],
    ['entity=orders&environment=production&force=yes', 400, 'force'],
    ['entity=oders&environment=production', 404, 'component:default/oders'],
  ])('answers %s with %i', async (query, expected, named) => {
    const ask = await start(0);
    const { status, body } = await ask(query);
    expect(status).toBe(expected);
    expect(body.error.message).toContain(named);
  });

  it('knows nothing of a service without SLOs', async () => {
    const ask = await start(0);
    const { body } = await ask('entity=cart&environment=production');
    expect(body).toMatchObject({
      decision: 'unknown',
      reasons: [{ code: 'no-slos' }],
      slos: [],
    });
  });

  it('is unknown while the policy was never right, and says where it is wrong', async () => {
    policy = POLICY.replace('freezeAtBudget: 0', 'freezeAtBudget: no');
    const ask = await start(0);
    const { body } = await ask();
    expect(body).toMatchObject({
      decision: 'unknown',
      reasons: [{ code: 'policy-unavailable' }],
      policy: {
        problem: expect.stringMatching(
          /policy.yaml:6: spec.rules\[0\].freezeAtBudget must be number/,
        ),
      },
    });
  });

  it('is unknown while the policy cannot be read', async () => {
    policy = new Error('connection refused');
    const ask = await start(0);
    const { body } = await ask();
    expect(body.decision).toBe('unknown');
    expect(body.policy.problem).toBe('connection refused');
  });
});
