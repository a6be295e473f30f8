import { readFile } from 'fs/promises';
import { join } from 'path';
import { pathToFileURL } from 'url';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
// eslint-disable-next-line @backstage/no-mixed-plugin-imports -- what the module is tested in
import checksPlugin from '@shopfloor/plugin-checks-backend';
import { Knex } from 'knex';
import request from 'supertest';
import { parse } from 'yaml';
import module from '.';
import {
  repository,
  repositoryReader,
  shopEntities,
} from './__testUtils__/repository';
import {
  startCluster,
  TestPrometheus,
  TestServer,
} from './__testUtils__/servers';

jest.setTimeout(180_000);

const TOKEN = 'reader-token';

/** Alerts of two services, one of which says neither how serious it is nor what to do. */
const RULES = `groups:
  - name: orders
    rules:
      - alert: OrdersBurns
        expr: shopfloor:requests:rate1m{environment="production",destination="orders"} > 1000
        labels: { severity: page }
        annotations: { runbook_url: https://docs.test/orders }
      - alert: CartBurns
        expr: vector(0) > 1
        labels: { service: cart }
`;

const METRICS = `# TYPE shopfloor:requests:rate1m gauge
shopfloor:requests:rate1m{environment="production",destination="orders",source="storefront"} 5
shopfloor:requests:rate1m{environment="staging",destination="cart",source="storefront"} 5
# TYPE shopfloor:route_requests:rate1m gauge
shopfloor:route_requests:rate1m{environment="production",service="orders",route="/orders"} 5
`;

describe('the collectors over the services of the shop', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let cluster: TestServer;
  let gateway: TestServer;
  let prometheus: TestPrometheus;
  let backend: Awaited<ReturnType<typeof startTestBackend>>;
  let round: () => Promise<void>;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    cluster = await startCluster({ token: TOKEN });
    const documents = Object.fromEntries(
      await Promise.all(
        ['orders', 'cart'].map(async name => [
          name,
          parse(
            await readFile(
              join(repository, 'services', name, 'openapi.yaml'),
              'utf8',
            ),
          ),
        ]),
      ),
    );
    documents.cart.info.title = 'Another title';
    gateway = await TestServer.start((req, res) => {
      const service = req.headers.host!.split('.')[0];
      const open = req.url === '/openapi.json' && documents[service];
      // Products leaves its metrics open.
      const leak = req.url === '/metrics' && service === 'products';
      res.writeHead(open || leak ? 200 : 403);
      res.end(open ? JSON.stringify(documents[service]) : 'RBAC: denied');
    });
    prometheus = await TestPrometheus.start({
      metrics: METRICS,
      rules: RULES,
      labels: { environment: 'production', service: 'orders' },
    });
    await prometheus.until('shopfloor:route_requests:rate1m');

    const scheduler = mockServices.scheduler();
    const entities = await shopEntities();
    backend = await startTestBackend({
      features: [
        checksPlugin,
        module,
        catalogServiceMock.factory({ entities }),
        createServiceFactory({
          service: coreServices.scheduler,
          deps: {},
          factory: () => scheduler,
        }),
        mockServices.database.mock({ getClient: async () => knex }).factory,
        mockServices.urlReader.mock(repositoryReader()).factory,
        mockServices.permissions.mock({
          authorize: async queries =>
            queries.map(() => ({ result: AuthorizeResult.ALLOW })),
          authorizeConditional: async queries =>
            queries.map(() => ({ result: AuthorizeResult.ALLOW })),
        }).factory,
        mockServices.rootConfig.factory({
          data: {
            permission: { enabled: true },
            checks: {
              definitions: {
                locations: [
                  `${
                    pathToFileURL(join(repository, 'platform/scorecards')).href
                  }/checks/*.yaml`,
                ],
              },
              clusters: [{ name: 'test', token: TOKEN }],
            },
            shopfloor: {
              clusters: [{ name: 'test', url: cluster.url }],
              environments: ['production', 'staging'].map(name => ({
                name,
                production: name === 'production',
                cluster: 'test',
                namespace: name,
                prometheus: { url: prometheus.url },
                gateway: {
                  url: `http://${name}.shop.localhost:${gateway.port}`,
                },
              })),
            },
          },
        }),
      ],
    });
    round = async () => {
      for (const task of ['definitions', 'discovery', 'collection']) {
        await scheduler.triggerTask(`checks-${task}`);
      }
    };
    await round();
  });

  afterAll(async () => {
    await backend?.stop();
    await Promise.all([cluster, gateway, prometheus].map(s => s?.stop()));
    await knex?.destroy();
  });

  const get = async (path: string) => {
    const { status, body } = await request(backend.server).get(
      `/api/checks${path}`,
    );
    expect([path, status, body.error]).toEqual([path, 200, undefined]);
    return body;
  };
  const resultsOf = async (service: string) =>
    Object.fromEntries(
      (await get(`/results?entity=${service}&limit=1000`)).items.map(
        (item: any) => [item.check, item],
      ),
    );

  it('can use every shipped check', async () => {
    const { items, invalid } = await get('/definitions');
    expect(invalid).toEqual([]);
    expect(items.length).toBeGreaterThanOrEqual(40);
    expect((await get('/results?limit=1')).totalItems).toBe(11 * items.length);
  });

  it('grades orders by what is really there', async () => {
    const results = await resultsOf('orders');
    const by = (outcome: string) =>
      Object.values<any>(results)
        .filter(result => result.outcome === outcome)
        .map(({ check }) => check)
        .sort();
    // The chart gives most; one replica, no autoscaler, no spreading and tags instead of digests are honest failures. Nothing
    // runs in the recorded cluster.
    expect(by('fail')).toEqual([
      'autoscaling',
      'deployed-in-production',
      'images-by-digest',
      'spread-over-nodes',
      'two-replicas-in-production',
    ]);
    // In this test no pipeline reports, nothing keeps traces or leases, and there are no plugins of SLOs and TechDocs.
    expect(by('unknown')).toEqual([
      'leases-renewed',
      'lines-covered',
      'no-grave-findings',
      'quality-gate',
      'slo-kept',
      'techdocs',
      'tests-pass',
      'traces-seen',
    ]);
    expect(results['traces-seen'].words.en).toContain('Set checks.traces');
    expect(by('stale')).toEqual([]);
    expect(by('not-applicable')).toEqual([]);
    expect(results['two-replicas-in-production'].words).toEqual({
      en: 'One pod only: orders-v1',
      zh: '只有一个 Pod：orders-v1',
    });
    expect(results['images-by-digest'].words.en).toBe(
      'By tag: shopfloor.local/orders:1.0.0',
    );
    const detail = await get('/result?entityRef=orders&check=strict-mtls');
    expect(detail.evidence).toMatchObject([
      {
        source: 'kubernetes:test',
        value: [{ environment: 'production', mode: 'STRICT' }],
        references: [
          expect.objectContaining({
            target: expect.stringMatching(
              /^peerauthentications istio-system\//,
            ),
            uid: expect.any(String),
          }),
        ],
      },
    ]);
  });

  it('sees what differs from service to service', async () => {
    const cart = await resultsOf('cart');
    expect(cart['openapi-as-declared']).toMatchObject({
      outcome: 'fail',
      words: { en: 'production api:default/cart: /info/title' },
    });
    expect(cart['metrics-scraped']).toMatchObject({
      outcome: 'fail',
      words: { en: 'production 0/0 answer' },
    });
    expect(cart['traffic-measured'].outcome).toBe('fail');
    expect(cart['alerts-loaded'].outcome).toBe('pass');
    expect(cart['alerts-name-runbook'].words.en).toBe('Without: CartBurns');
    const products = await resultsOf('products');
    expect(products['internal-endpoints-closed'].words.en).toContain(
      'production/metrics 200',
    );
    expect(products['alerts-name-runbook'].outcome).toBe('not-applicable');
    expect(
      (
        await get('/result?entityRef=products&check=readiness-probe')
      ).evidence[0].value.map((w: any) => w.environment),
    ).toContain('staging');
  });

  it('keeps what it saw when a system is gone, and says which', async () => {
    await cluster.stop();
    await knex('checks_work').update({ next_at: new Date(0) });
    await round();
    expect((await resultsOf('orders'))['readiness-probe'].outcome).toBe('pass');
    const { items } = await get('/collectors');
    for (const name of ['kubernetes', 'istio']) {
      expect(items.find((item: any) => item.name === name).sources).toEqual([
        expect.objectContaining({
          name: 'kubernetes:test',
          failure: expect.stringContaining('connection refused'),
        }),
      ]);
    }
    expect(
      items.find((item: any) => item.name === 'prometheus').sources,
    ).toEqual([]);
  });
});
