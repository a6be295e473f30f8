import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  KubernetesClient,
  readKubeconfig,
  type KubernetesList,
  type KubernetesObject,
  type Pod,
} from '../kubernetes/index.ts';

/** A variable of the test run (docs/reference/contracts.md, section Tests). */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`This test needs ${name}; run it by npm test`);
  }
  return value;
}

/** The program that test pods run: it tells its environment, calls others, and misbehaves when asked to. */
const testProgram = `
const http = require('node:http');
let healthy = true;
const say = (message, more) => console.log(JSON.stringify({ message, ...more }));
const { GREETING, FROM_MAP, URL: url, SERVICE_VERSION, POD_NAME, POD_NAMESPACE, LABEL, PORT } = process.env;
say('started', { GREETING, FROM_MAP, url, SERVICE_VERSION, POD_NAME, POD_NAMESPACE, LABEL });
if (process.env.CRASH) { say('crashing'); process.exit(Number(process.env.CRASH)); }
const server = http.createServer((request, response) => {
  const to = new URL(request.url, 'http://self');
  if (to.pathname === '/prestop') { say('prestop'); }
  if (to.pathname === '/sicken') { healthy = false; }
  if (to.pathname === '/health' && !healthy) { response.statusCode = 500; }
  if (to.pathname === '/call') {
    const target = to.searchParams.get('url');
    const proxy = new URL(process.env.HTTP_PROXY);
    const out = http.request({ host: proxy.hostname, port: proxy.port, path: target, headers: { host: new URL(target).host } }, answer => {
      response.statusCode = answer.statusCode;
      answer.pipe(response);
    });
    out.on('error', error => { response.statusCode = 599; response.end(String(error)); });
    out.end();
    return;
  }
  response.end(SERVICE_VERSION || 'none');
});
server.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => {
  say('terminating');
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;

/** Image of the program that test pods run. */
export const testImage = 'shopfloor.local/agent-test:1.0.0';

/** The sandbox of the test run, and a namespace of this test alone in it. */
export class LiveSandbox {
  readonly namespace: string;
  readonly client: KubernetesClient;
  readonly stateDir: string;

  private constructor(options: {
    namespace: string;
    client: KubernetesClient;
    stateDir: string;
  }) {
    this.namespace = options.namespace;
    this.client = options.client;
    this.stateDir = options.stateDir;
  }

  static async create(name: string): Promise<LiveSandbox> {
    const client = new KubernetesClient(
      await readKubeconfig(required('SHOPFLOOR_TEST_KUBECONFIG')),
    );
    const namespace = `${name}-${Date.now().toString(36)}`;
    await client.create('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    const sandbox = new LiveSandbox({
      namespace,
      client,
      stateDir: required('SHOPFLOOR_TEST_STATE'),
    });
    const folder = join(sandbox.stateDir, 'images/agent-test/1.0.0');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
    writeFileSync(join(folder, 'server.js'), testProgram);
    return sandbox;
  }

  /** Removes the namespace, which ends its pods in good order. */
  async destroy(): Promise<void> {
    await this.client.delete(`/api/v1/namespaces/${this.namespace}`);
    await this.client.close();
  }

  /** Applies objects in this test's namespace. */
  async apply(...objects: KubernetesObject[]): Promise<void> {
    for (const object of objects) {
      await this.client.apply(
        {
          ...object,
          metadata: { ...object.metadata, namespace: this.namespace },
        },
        { fieldManager: 'test', force: true },
      );
    }
  }

  /** Pods with a label `app`, oldest first, without those on their way out. */
  async pods(app: string): Promise<Pod[]> {
    const list = await this.client.json<KubernetesList<Pod>>(
      `/api/v1/namespaces/${this.namespace}/pods`,
      { query: { labelSelector: `app=${app}` } },
    );
    return list.items
      .filter(pod => !pod.metadata.deletionTimestamp)
      .sort((a, b) =>
        a.metadata.creationTimestamp!.localeCompare(
          b.metadata.creationTimestamp!,
        ),
      );
  }

  /** Waits until so many pods of an app are ready, and no others are there. */
  async ready(app: string, count: number): Promise<Pod[]> {
    return eventually(async () => {
      const pods = await this.pods(app);
      const states = pods.map(
        pod => pod.status?.conditions?.find(c => c.type === 'Ready')?.status,
      );
      if (states.length !== count || states.some(state => state !== 'True')) {
        throw new Error(
          `${app}: ${count} pods should be ready, and are ${states.join(', ')}`,
        );
      }
      return pods;
    });
  }

  /** Local ports of a pod, from the node agent's own record. */
  ports(pod: Pod): { app: number; inbound: number; pid: number } {
    const record = JSON.parse(
      readFileSync(
        join(this.stateDir, 'agent/pods', `${pod.metadata.uid}.json`),
        'utf8',
      ),
    );
    return {
      app: record.ports.app[8080],
      inbound: record.ports.inbound[8080],
      pid: record.containers.main.process?.pid,
    };
  }

  /** Runs kubectl in this test's namespace. */
  async kubectl(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(
      join(required('SHOPFLOOR_TEST_TOOLS'), 'kubectl'),
      this.#arguments(args),
    );
    return stdout;
  }

  /** Starts kubectl and collects what it prints until it ends. */
  kubectlUntilEnd(...args: string[]): Promise<string> {
    const child = spawn(
      join(required('SHOPFLOOR_TEST_TOOLS'), 'kubectl'),
      this.#arguments(args),
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (output += chunk));
    return new Promise(resolve => child.once('close', () => resolve(output)));
  }

  #arguments(args: string[]): string[] {
    return [
      '--kubeconfig',
      required('SHOPFLOOR_TEST_KUBECONFIG'),
      '--namespace',
      this.namespace,
      ...args,
    ];
  }
}

/** Tries until it no longer throws; then the last error is the test's. */
export async function eventually<T>(
  attempt: () => Promise<T>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(200);
    }
  }
}

/** A Deployment of the test program. */
export function testDeployment(options: {
  app: string;
  version?: string;
  replicas?: number;
  serviceAccount?: string;
  annotations?: Record<string, string>;
  container?: Record<string, unknown>;
  spec?: Record<string, unknown>;
}): KubernetesObject {
  const { app, version = 'v1' } = options;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `${app}-${version}` },
    spec: {
      replicas: options.replicas ?? 1,
      selector: { matchLabels: { app, version } },
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
      },
      template: {
        metadata: {
          labels: { app, version },
          annotations: options.annotations,
        },
        spec: {
          ...(options.serviceAccount && {
            serviceAccountName: options.serviceAccount,
          }),
          terminationGracePeriodSeconds: 10,
          ...options.spec,
          containers: [
            {
              name: 'main',
              image: testImage,
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: {
                httpGet: { path: '/health', port: 'http' },
                periodSeconds: 1,
              },
              ...options.container,
            },
          ],
        },
      },
    },
  };
}
