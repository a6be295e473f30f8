import { availableParallelism, totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import {
  KubernetesError,
  type KubernetesClient,
} from '../kubernetes/client.ts';
import type { KubernetesObject } from '../kubernetes/types.ts';

/** Options of {@link keepNode}. */
export interface NodeOptions {
  client: KubernetesClient;
  name: string;
  hostIp: string;
  /** Port of the log endpoint. */
  port: number;
  version: string;
  signal: AbortSignal;
  onError(error: unknown): void;
}

const leaseSeconds = 40;
const heartbeatMs = 10_000;
const statusEveryBeats = 30;

/** Registers the node and renews its lease until the signal, so that the node controller takes it as healthy. */
export async function keepNode(options: NodeOptions): Promise<void> {
  let beat = 0;
  while (!options.signal.aborted) {
    try {
      if (beat % statusEveryBeats === 0) {
        await register(options);
      }
      await renewLease(options);
      beat += 1;
    } catch (error) {
      beat = 0;
      options.onError(error);
      await pause(1000, options.signal);
      continue;
    }
    await pause(heartbeatMs, options.signal);
  }
}

async function register(options: NodeOptions): Promise<void> {
  const { client, name } = options;
  await client.create('/api/v1/nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': process.platform,
        'kubernetes.io/arch': process.arch === 'x64' ? 'amd64' : process.arch,
      },
    },
    spec: {},
  });
  const now = wholeSeconds();
  const node = await client.get<
    KubernetesObject & {
      spec: { taints?: { key: string }[] };
      status?: {
        conditions?: {
          type: string;
          status: string;
          lastTransitionTime: string;
        }[];
      };
    }
  >(`/api/v1/nodes/${name}`);
  const before = node?.status?.conditions?.find(c => c.type === 'Ready');
  const resources = {
    cpu: String(availableParallelism()),
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    pods: '200',
  };
  await client.merge(`/api/v1/nodes/${name}/status`, {
    status: {
      addresses: [
        { type: 'InternalIP', address: options.hostIp },
        { type: 'Hostname', address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: options.port } },
      capacity: resources,
      allocatable: resources,
      nodeInfo: {
        machineID: '',
        systemUUID: '',
        bootID: '',
        kernelVersion: '',
        osImage: 'Shopfloor sandbox (processes, no containers)',
        containerRuntimeVersion: 'shopfloor://1',
        kubeletVersion: options.version,
        kubeProxyVersion: '',
        operatingSystem: process.platform,
        architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      },
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'AgentReady',
          message: 'the node agent is running',
          lastHeartbeatTime: now,
          lastTransitionTime:
            before?.status === 'True' ? before.lastTransitionTime : now,
        },
      ],
    },
  });
}

async function renewLease(options: NodeOptions): Promise<void> {
  const { client, name } = options;
  const collection =
    '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
  const spec = {
    holderIdentity: name,
    leaseDurationSeconds: leaseSeconds,
    renewTime: new Date().toISOString().replace('Z', '000Z'),
  };
  const renewed = await client.merge(`${collection}/${name}`, { spec });
  if (!renewed) {
    try {
      await client.create(collection, {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name },
        spec,
      });
    } catch (error) {
      // A cluster that is being created has no namespace for leases yet.
      if (!(error instanceof KubernetesError && error.status === 404))
        throw error;
    }
  }
}

function wholeSeconds(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}
