import { createServer, Server } from 'http';
import { once } from 'events';
import { AddressInfo } from 'net';
import { mountsOf } from '@shopfloor/plugin-secrets-common';
import { TestCluster } from '../__testUtils__/TestCluster';
import { JobProofRunner } from './JobProofRunner';
import { proofJob, ProofSettings } from './proofJob';
import { ProofOrder } from './ProofRunner';

jest.setTimeout(180_000);

const probes = [
  { path: 'production/data/orders/a', capability: 'read', expected: 'allow' },
  { path: 'production/data/orders/a', capability: 'update', expected: 'deny' },
] as const;

const orderAt = (url: string, caData?: string): ProofOrder => ({
  environment: {
    mounts: mountsOf('production'),
    cluster: { name: 'test', url, ...(caData && { caData }) },
    clusterToken: 'marked-cluster-token',
  },
  namespace: 'production',
  serviceAccount: 'orders',
  mount: 'kubernetes-production',
  role: 'grant-a-1',
  probes: [...probes],
});

describe('a proof by a Job', () => {
  let server: Server;
  let url: string;
  let asked: string[];
  let jobStatuses: object[];
  let log: string;
  let pods: object[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      const path = request.url!.split('?')[0];
      asked.push(`${request.method} ${path}`);
      const metadata = { name: 'secret-proof-1', uid: 'u-1' };
      const answer = () => {
        if (request.method === 'POST') return { metadata };
        if (path.includes('/jobs/')) {
          return { metadata, status: jobStatuses.shift() ?? { succeeded: 1 } };
        }
        return { items: pods };
      };
      response.end(path.endsWith('/log') ? log : JSON.stringify(answer()));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = [];
    jobStatuses = [];
    pods = [{ metadata: { name: 'pod-1', creationTimestamp: 'x' } }];
    log = '{"login":"accepted","found":["allow","deny"]}\n';
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  let clock = 0;
  const runner = () =>
    JobProofRunner.create({
      settings: {
        image: 'shopfloor.local/secret-proof:1.0.0',
        vaultAddress: 'http://vault:8200',
        timeoutSeconds: 60,
      },
      id: () => '1',
      now: () => clock,
      wait: async milliseconds => {
        clock += milliseconds;
      },
    });

  it('waits until it ended and reads what it found', async () => {
    jobStatuses = [{}, {}, { succeeded: 1 }];
    expect(await runner().run(orderAt(url))).toEqual({
      report: { login: 'accepted', found: ['allow', 'deny'] },
      job: { namespace: 'production', name: 'secret-proof-1', uid: 'u-1' },
    });
    expect(asked).toEqual([
      'POST /apis/batch/v1/namespaces/production/jobs',
      ...Array(3).fill(
        'GET /apis/batch/v1/namespaces/production/jobs/secret-proof-1',
      ),
      'GET /api/v1/namespaces/production/pods',
      'GET /api/v1/namespaces/production/pods/pod-1/log',
    ]);
  });

  it.each<[string, () => void, string]>([
    [
      'it did not end',
      () => {
        jobStatuses = Array(1000).fill({});
      },
      'did not end within 60 s',
    ],
    [
      'it had no pod',
      () => {
        pods = [];
      },
      'had no pod',
    ],
    [
      'it found nothing out',
      () => {
        log = '{"error":"Vault did not answer in time"}';
      },
      'Vault did not answer in time',
    ],
    [
      'it said something else',
      () => {
        log = 'Segmentation fault';
      },
      'answered 200',
    ],
    [
      'it answered other questions',
      () => {
        log = '{"login":"accepted","found":["allow"]}';
      },
      'answered other questions',
    ],
    [
      'it said more than allow and deny',
      () => {
        log = '{"login":"accepted","found":["allow","deny"],"value":"MARKED"}';
      },
      'said nothing that is a proof',
    ],
  ])('is none when %s', async (_, prepare, words) => {
    prepare();
    const failure = await runner()
      .run(orderAt(url))
      .catch(error => error);
    expect(failure).toMatchObject({ name: 'ServiceUnavailableError' });
    expect(failure.message).toContain(words);
    expect(failure.message).not.toContain('MARKED');
    expect(JSON.stringify(failure)).not.toContain('marked-cluster-token');
  });

  it('says what to configure where it cannot be made', async () => {
    const order = orderAt(url);
    await expect(
      runner().run({
        ...order,
        environment: { ...order.environment, clusterToken: undefined },
      }),
    ).rejects.toMatchObject({
      code: 'not-proven',
      message: expect.stringContaining('secrets.clusters'),
    });
  });
});

/** A copy with a part changed, by the path to it. */
function changed(object: any, path: string, value: unknown): any {
  const copy = structuredClone(object);
  const parts = path.split('.');
  const last = parts.pop()!;
  const parent = parts.reduce((at, part) => at[part], copy);
  if (value === undefined) {
    delete parent[last];
  } else {
    parent[last] = value;
  }
  return copy;
}

describe('the admission policy of a real API server', () => {
  let cluster: TestCluster;
  let settings: ProofSettings;
  let job: any;

  const create = (
    body: any,
    path = `/apis/batch/v1/namespaces/${cluster.namespace}/jobs`,
  ) =>
    cluster
      .secrets({ method: 'POST', path, body, query: { dryRun: 'All' } })
      .then(
        () => 'created',
        error => `${error.name}: ${error.message}`,
      );

  beforeAll(async () => {
    cluster = await TestCluster.start();
    const { data } = await cluster.admin<{ data: Record<string, string> }>({
      path: '/api/v1/namespaces/kube-system/configmaps/secret-proof',
    });
    settings = {
      image: data.image,
      vaultAddress: data.vaultAddress,
      timeoutSeconds: 60,
    };
    job = proofJob({
      name: 'secret-proof-1',
      order: { ...orderAt(cluster.url), namespace: cluster.namespace },
      settings,
    });
    await cluster.accountToken('orders');
    // A policy takes effect a moment after it is there.
    const deadline = Date.now() + 30_000;
    while (
      (await create(changed(job, 'spec.backoffLimit', 3))) === 'created' &&
      Date.now() < deadline
    ) {
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  });
  afterAll(() => cluster?.stop());

  it('lets the secrets backend create the Job of a proof', async () => {
    expect(await create(job)).toBe('created');
  });

  const container = 'spec.template.spec.containers.0';
  it.each<[string, string, unknown]>([
    ['another image', `${container}.image`, 'shopfloor.local/orders:1.0.0'],
    ['a command', `${container}.command`, ['sh']],
    ['arguments', `${container}.args`, ['-e', '1']],
    [
      'another address of Vault',
      `${container}.env.0.value`,
      'http://evil:8200',
    ],
    ['no address of Vault', `${container}.env`, []],
    ['another variable', `${container}.env.1.name`, 'NODE_OPTIONS'],
    [
      'a variable out of a Secret',
      `${container}.env.1`,
      {
        name: 'PROOF_ROLE',
        valueFrom: { secretKeyRef: { name: 'a', key: 'b' } },
      },
    ],
    [
      'variables out of a Secret',
      `${container}.envFrom`,
      [{ secretRef: { name: 'a' } }],
    ],
    [
      'a token for another audience',
      'spec.template.spec.volumes.0.projected.sources.0.serviceAccountToken.audience',
      'istio-ca',
    ],
    [
      'a token for the API',
      'spec.template.spec.volumes.0.projected.sources.0.serviceAccountToken.audience',
      undefined,
    ],
    [
      'a long token',
      'spec.template.spec.volumes.0.projected.sources.0.serviceAccountToken.expirationSeconds',
      3600,
    ],
    [
      'a Secret as a volume',
      'spec.template.spec.volumes.0',
      { name: 'vault-token', secret: { secretName: 'a' } },
    ],
    [
      'a Secret among the sources',
      'spec.template.spec.volumes.0.projected.sources.1',
      { secret: { name: 'a' } },
    ],
    [
      'a second volume',
      'spec.template.spec.volumes.1',
      { name: 'more', emptyDir: {} },
    ],
    [
      'a folder of the host',
      'spec.template.spec.volumes.0',
      { name: 'vault-token', hostPath: { path: '/' } },
    ],
    [
      'the usual token',
      'spec.template.spec.automountServiceAccountToken',
      true,
    ],
    [
      'a second container',
      'spec.template.spec.containers.1',
      { name: 'more', image: 'shopfloor.local/secret-proof:1.0.0' },
    ],
    [
      'a container before',
      'spec.template.spec.initContainers',
      [{ name: 'more', image: 'shopfloor.local/secret-proof:1.0.0' }],
    ],
    ['the network of the host', 'spec.template.spec.hostNetwork', true],
    ['the processes of the host', 'spec.template.spec.hostPID', true],
    ['a node of its choice', 'spec.template.spec.nodeName', 'sandbox'],
    [
      'names of its choice',
      'spec.template.spec.hostAliases',
      [{ ip: '127.0.0.1', hostnames: ['vault'] }],
    ],
    ['privileges', `${container}.securityContext.privileged`, true],
    [
      'capabilities',
      `${container}.securityContext.capabilities.add`,
      ['NET_ADMIN'],
    ],
    ['root', `${container}.securityContext.runAsNonRoot`, false],
    [
      'a command at its end',
      `${container}.lifecycle`,
      { preStop: { exec: { command: ['a'] } } },
    ],
    [
      'a command that looks after it',
      `${container}.livenessProbe`,
      { exec: { command: ['a'] } },
    ],
    ['many tries', 'spec.backoffLimit', 3],
    ['many pods', 'spec.parallelism', 5],
    ['a long time', 'spec.activeDeadlineSeconds', 3600],
    ['no end', 'spec.ttlSecondsAfterFinished', undefined],
    ['another name', 'metadata.name', 'mine'],
  ])('refuses one with %s', async (_, path, value) => {
    // By the rule for that part, or by what the API server itself demands; not because the policy failed altogether.
    expect(await create(changed(job, path, value))).toMatch(
      /denied request: (Job|Pod|Container|Variables|Volume): |denied request: .*no such key: (env|audience|ttlSecondsAfterFinished)|Forbidden: disallowed by cluster policy/s,
    );
  });

  it('refuses everything else that the account could create, by rights or by the policy', async () => {
    const ns = `/api/v1/namespaces/${cluster.namespace}`;
    const tries: Array<[string, object]> = [
      [`${ns}/pods`, { metadata: { name: 'a' }, spec: job.spec.template.spec }],
      [`${ns}/secrets`, { metadata: { name: 'a' } }],
      [
        `${ns}/serviceaccounts/orders/token`,
        {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: { audiences: ['vault'] },
        },
      ],
      [
        `/apis/apps/v1/namespaces/${cluster.namespace}/deployments`,
        { metadata: { name: 'a' } },
      ],
      [
        `/apis/rbac.authorization.k8s.io/v1/namespaces/${cluster.namespace}/rolebindings`,
        { metadata: { name: 'a' } },
      ],
    ];
    for (const [path, body] of tries) {
      expect([path, await create(body, path)]).toEqual([
        path,
        expect.stringMatching(/^NotAllowedError/),
      ]);
    }
    await expect(
      cluster.secrets({ path: `${ns}/secrets` }),
    ).rejects.toMatchObject({ name: 'NotAllowedError' });
    await expect(
      cluster.secrets({
        path: `/apis/batch/v1/namespaces/kube-system/jobs/a`,
      }),
    ).rejects.toMatchObject({ name: 'NotAllowedError' });
  });

  it('is no hindrance to others', async () => {
    await expect(
      cluster.admin({
        method: 'POST',
        path: `/apis/batch/v1/namespaces/${cluster.namespace}/jobs`,
        body: changed(job, 'metadata.name', 'mine'),
        query: { dryRun: 'All' },
      }),
    ).resolves.toBeTruthy();
  });
});
