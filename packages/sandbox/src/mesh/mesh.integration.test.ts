import { request } from 'node:http';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { KubernetesObject, Pod } from '../kubernetes/index.ts';
import {
  eventually,
  LiveSandbox,
  required,
  testDeployment,
} from '../testing/LiveSandbox.ts';

/** Proxies start, and the machine may be busy. */
const timeoutMs = 120_000;
const networking = 'networking.istio.io/v1';

describe('the mesh between real processes', () => {
  let sandbox: LiveSandbox;
  let host: string;
  let publicHost: string;
  let servers: Pod[];
  let caller: Pod;
  let stranger: Pod;
  const gatewayPort = Number(
    new URL(required('SHOPFLOOR_TEST_GATEWAY_URL')).port,
  );

  const route = (v1: number, v2: number): KubernetesObject => ({
    apiVersion: networking,
    kind: 'VirtualService',
    metadata: { name: 'echo' },
    spec: {
      hosts: [host, publicHost],
      gateways: ['mesh', 'test'],
      http: [
        {
          route: [
            {
              destination: { host, subset: 'v1', port: { number: 8080 } },
              weight: v1,
            },
            {
              destination: { host, subset: 'v2', port: { number: 8080 } },
              weight: v2,
            },
          ],
        },
      ],
    },
  });

  beforeAll(async () => {
    sandbox = await LiveSandbox.create('mesh-test');
    host = `echo.${sandbox.namespace}.svc.cluster.local`;
    publicHost = `${sandbox.namespace}.shop.localhost`;
    const account = (name: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name },
    });
    await sandbox.apply(
      account('echo'),
      account('caller'),
      account('stranger'),
      {
        apiVersion: networking,
        kind: 'ServiceEntry',
        metadata: { name: 'echo' },
        spec: {
          hosts: [host],
          location: 'MESH_INTERNAL',
          resolution: 'STATIC',
          ports: [{ name: 'http', number: 8080, protocol: 'HTTP' }],
          workloadSelector: { labels: { app: 'echo' } },
        },
      },
      {
        apiVersion: networking,
        kind: 'DestinationRule',
        metadata: { name: 'echo' },
        spec: {
          host,
          subsets: [
            { name: 'v1', labels: { version: 'v1' } },
            { name: 'v2', labels: { version: 'v2' } },
          ],
        },
      },
      {
        apiVersion: networking,
        kind: 'Gateway',
        metadata: { name: 'test' },
        spec: {
          selector: { istio: 'gateway' },
          servers: [
            {
              port: { number: gatewayPort, name: 'http', protocol: 'HTTP' },
              bind: '127.0.0.1',
              hosts: [`./${publicHost}`],
            },
          ],
        },
      },
      route(90, 10),
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'AuthorizationPolicy',
        metadata: { name: 'echo' },
        spec: {
          selector: { matchLabels: { app: 'echo' } },
          action: 'ALLOW',
          rules: [
            {
              from: [
                {
                  source: {
                    principals: [
                      'cluster.local/ns/istio-system/sa/gateway',
                      `cluster.local/ns/${sandbox.namespace}/sa/caller`,
                    ],
                  },
                },
              ],
            },
          ],
        },
      },
      testDeployment({ app: 'echo', version: 'v1', serviceAccount: 'echo' }),
      testDeployment({ app: 'echo', version: 'v2', serviceAccount: 'echo' }),
      testDeployment({ app: 'caller', serviceAccount: 'caller' }),
      testDeployment({ app: 'stranger', serviceAccount: 'stranger' }),
    );
    servers = await sandbox.ready('echo', 2);
    [caller] = await sandbox.ready('caller', 1);
    [stranger] = await sandbox.ready('stranger', 1);
    // The first configuration reaches the proxies a moment after they are ready.
    await eventually(async () => succeeded(await viaGateway()));
    await eventually(async () => succeeded(await callFrom(caller)));
  }, timeoutMs);
  afterAll(() => sandbox?.destroy());

  function succeeded(answer: { status: number; body: string }): void {
    if (answer.status !== 200) throw new Error(JSON.stringify(answer));
  }

  /** One request as somebody outside makes it. */
  function viaGateway(): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      request(
        { host: '127.0.0.1', port: gatewayPort, headers: { host: publicHost } },
        answer => {
          let body = '';
          answer.on('data', chunk => (body += chunk));
          answer.on('end', () => resolve({ status: answer.statusCode!, body }));
        },
      )
        .once('error', reject)
        .end();
    });
  }

  /** One request that a pod's program makes through its own proxy. */
  async function callFrom(pod: Pod) {
    const url = encodeURIComponent(`http://${host}:8080/`);
    const answer = await fetch(
      `http://127.0.0.1:${sandbox.ports(pod).app}/call?url=${url}`,
    );
    return { status: answer.status, body: await answer.text() };
  }

  /** What comes back when somebody writes to a port. */
  function speak(socket: ReturnType<typeof connect>): Promise<string> {
    return new Promise(resolve => {
      let received = '';
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      socket.on('data', chunk => (received += chunk));
      socket.once('error', error => resolve(`refused: ${error.message}`));
      socket.once('close', () => resolve(received || 'refused: closed'));
    });
  }

  it('refuses plain text at the port of a pod', async () => {
    const port = sandbox.ports(servers[0]).inbound;
    expect(await speak(connect({ host: '127.0.0.1', port }))).toMatch(
      /^refused/,
    );
  });

  it('refuses TLS without a certificate of the mesh', async () => {
    const port = sandbox.ports(servers[0]).inbound;
    const socket = connectTls({
      host: '127.0.0.1',
      port,
      rejectUnauthorized: false,
      ALPNProtocols: ['istio'],
    });
    expect(await speak(socket)).toMatch(/^refused/);
  });

  it('lets a declared caller in and shows an undeclared one the door', async () => {
    expect((await callFrom(caller)).status).toBe(200);
    const refused = await callFrom(stranger);
    expect(refused).toEqual({ status: 403, body: 'RBAC: access denied' });
  });

  it('tells a program nothing of services that the mesh does not know', async () => {
    const url = encodeURIComponent('http://example.com/');
    const answer = await fetch(
      `http://127.0.0.1:${sandbox.ports(caller).app}/call?url=${url}`,
    );
    expect(answer.status).toBe(502);
  });

  it(
    'splits what comes in at the gateway by the weights',
    async () => {
      const answers = { v1: 0, v2: 0 };
      const requests = 600;
      for (let i = 0; i < requests; i++) {
        const { status, body } = await viaGateway();
        expect(status).toBe(200);
        answers[body as 'v1' | 'v2'] += 1;
      }
      // 600 draws at 10 %: 60, standard deviation 7.3; five of them leave one run in a million outside.
      expect(answers.v2).toBeGreaterThan(60 - 37);
      expect(answers.v2).toBeLessThan(60 + 37);
      expect(answers.v1 + answers.v2).toBe(requests);
    },
    timeoutMs,
  );

  it(
    'follows a change of weights on real requests',
    async () => {
      await sandbox.apply(route(0, 100));
      const confirmedAt = performance.now();
      let inARow = 0;
      let since = confirmedAt;
      await eventually(async () => {
        const { body } = await viaGateway();
        if (body !== 'v2') {
          inARow = 0;
          since = performance.now();
        }
        expect((inARow += 1)).toBeGreaterThan(20);
      });
      // The target is one second on an idle machine; tests share theirs.
      expect(since - confirmedAt).toBeLessThan(5000);
      await sandbox.apply(route(90, 10));
    },
    timeoutMs,
  );

  it(
    'loses no request while a version is rolled',
    async () => {
      let rolling = true;
      const failures: unknown[] = [];
      let sent = 0;
      const shopper = (async () => {
        while (rolling) {
          const answer = await viaGateway().catch(error => ({
            status: 0,
            body: String(error),
          }));
          sent += 1;
          if (answer.status !== 200) failures.push(answer);
          await new Promise(resolve => setTimeout(resolve, 10));
        }
      })();
      await sandbox.kubectl('rollout', 'restart', 'deployment/echo-v1');
      await sandbox.kubectl(
        'rollout',
        'status',
        'deployment/echo-v1',
        '--timeout=60s',
      );
      await eventually(async () =>
        expect((await sandbox.pods('echo')).length).toBe(2),
      );
      rolling = false;
      await shopper;
      expect(failures).toEqual([]);
      expect(sent).toBeGreaterThan(20);
    },
    timeoutMs,
  );

  it(
    'is seen by Prometheus under the one name',
    async () => {
      await eventually(async () => {
        await viaGateway();
        const query = `shopfloor:requests:rate1m{destination="echo",environment="${sandbox.namespace}",source="gateway",version="v1",code_class="2xx"}`;
        const answer = await fetch(
          `${required('SHOPFLOOR_TEST_PROMETHEUS_URL')}/api/v1/query?query=${encodeURIComponent(query)}`,
        );
        const { data } = (await answer.json()) as {
          data: { result: { value: [number, string] }[] };
        };
        expect(Number(data.result[0]?.value[1])).toBeGreaterThan(0);
      });
    },
    timeoutMs,
  );
});
