import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { TestServer } from '../__testUtils__/servers';
import { ALLOW, service, startAudit } from '../__testUtils__/startAudit';

jest.setTimeout(120_000);

const TOKEN = 'reads-only';

/** A Deployment as the API server gives it. */
function deployment(
  name: string,
  options: { revision: string; reason: string; label?: string; wrote?: string },
) {
  const { revision, reason, label = 'orders', wrote } = options;
  return {
    metadata: {
      name,
      namespace: 'production',
      uid: `uid-${name}`,
      generation: Number(revision),
      creationTimestamp: '2026-11-26T08:00:00Z',
      labels: { 'backstage.io/kubernetes-id': label },
      annotations: { 'deployment.kubernetes.io/revision': revision },
      managedFields: [
        {
          time: wrote ?? '2026-11-26T08:00:00Z',
          fieldsV1: { 'f:spec': { 'f:template': {} } },
        },
      ],
    },
    spec: {
      replicas: 1,
      template: {
        metadata: { labels: { version: 'v1' } },
        spec: { containers: [{ image: `orders:${revision}` }] },
      },
    },
    status: {
      observedGeneration: Number(revision),
      conditions: [
        {
          type: 'Progressing',
          reason,
          lastUpdateTime: '2026-11-26T09:30:00Z',
        },
      ],
    },
  };
}

describe('deployments', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let audit: Awaited<ReturnType<typeof startAudit>>;
  let cluster: TestServer;
  let deployments: Array<ReturnType<typeof deployment>>;
  let broken: boolean;
  let asked: string[];

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    broken = false;
    asked = [];
    cluster = await TestServer.start((req, res) => {
      const url = new URL(req.url!, 'http://cluster');
      asked.push(`${req.method} ${url.pathname} ${req.headers.authorization}`);
      const answer = (status: number, body: object) => {
        res.writeHead(status, { 'content-type': 'application/json' });
        res.end(JSON.stringify(body));
      };
      if (broken) {
        answer(500, { kind: 'Status', message: 'etcd is away' });
        return;
      }
      // One a page, as a large cluster would.
      const mine = deployments.filter(({ metadata }) =>
        url.pathname.includes(`/namespaces/${metadata.namespace}/`),
      );
      const at = Number(url.searchParams.get('continue') ?? 0);
      answer(200, {
        items: mine.slice(at, at + 1),
        metadata: at + 1 < mine.length ? { continue: String(at + 1) } : {},
      });
    });
    audit = await startAudit(
      knex,
      { entities: [service('orders')], decide: () => ALLOW },
      {
        config: {
          audit: { clusters: [{ name: 'test', token: TOKEN }] },
          shopfloor: {
            clusters: [{ name: 'test', url: cluster.url }],
            environments: ['production', 'staging'].map(name => ({
              name,
              title: name,
              production: name === 'production',
              cluster: 'test',
              namespace: name,
              prometheus: {
                url: 'http://127.0.0.1:1',
                evaluationIntervalSeconds: 5,
              },
            })),
          },
        },
      },
    );
    await audit.trigger('discovery');
  });

  afterAll(async () => {
    await audit.stop();
    await cluster.stop();
    await knex.destroy();
  });

  const seen = async () =>
    (
      await knex('audit_changes')
        .orderBy('source_id')
        .select('source', 'source_id', 'entity_ref', 'outcome')
    ).map(
      row =>
        `${row.source} ${row.source_id} ${row.entity_ref.split('/')[1]} ${row.outcome}`,
    );

  it('are seen from beginning to end, with the account that only reads', async () => {
    deployments = [
      deployment('orders-v1', {
        revision: '1',
        reason: 'NewReplicaSetAvailable',
      }),
      deployment('orders-v2', { revision: '1', reason: 'ReplicaSetUpdated' }),
      deployment('unknown', {
        revision: '1',
        reason: 'NewReplicaSetAvailable',
        label: 'not-in-the-catalog',
      }),
    ];
    await audit.trigger('deployments');
    await audit.trigger('deployments');
    expect(await seen()).toEqual([
      'kubernetes test/uid-orders-v1/1 orders succeeded',
      'kubernetes test/uid-orders-v2/1 orders in-progress',
    ]);
    deployments[1] = deployment('orders-v2', {
      revision: '1',
      reason: 'ProgressDeadlineExceeded',
    });
    deployments[0] = deployment('orders-v1', {
      revision: '2',
      reason: 'ReplicaSetUpdated',
      wrote: '2026-11-26T09:00:00Z',
    });
    await audit.trigger('deployments');
    expect(await seen()).toEqual([
      'kubernetes test/uid-orders-v1/1 orders succeeded',
      'kubernetes test/uid-orders-v1/2 orders in-progress',
      'kubernetes test/uid-orders-v2/1 orders failed',
    ]);
    expect([...new Set(asked)]).toEqual([
      `GET /apis/apps/v1/namespaces/production/deployments Bearer ${TOKEN}`,
      `GET /apis/apps/v1/namespaces/staging/deployments Bearer ${TOKEN}`,
    ]);
  });

  it('are left alone while the cluster does not answer', async () => {
    const before = await seen();
    broken = true;
    await audit.trigger('deployments');
    broken = false;
    expect(await seen()).toEqual(before);
  });

  it('cannot be told when another revision came before they were over', async () => {
    deployments[0] = deployment('orders-v1', {
      revision: '3',
      reason: 'NewReplicaSetAvailable',
      wrote: '2026-11-26T10:00:00Z',
    });
    await audit.trigger('deployments');
    expect(await seen()).toEqual([
      'kubernetes test/uid-orders-v1/1 orders succeeded',
      'kubernetes test/uid-orders-v1/2 orders unknown',
      'kubernetes test/uid-orders-v1/3 orders succeeded',
      'kubernetes test/uid-orders-v2/1 orders failed',
    ]);
  });

  it('keep their history when they are gone', async () => {
    deployments = [];
    await audit.trigger('deployments');
    expect(await seen()).toHaveLength(4);
  });
});
