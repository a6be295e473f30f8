import type { KubernetesObject, Pod } from '../kubernetes/types.ts';
import type { PodPorts } from './addresses.ts';

/** Label by which a Sidecar object finds the one proxy that it is for. */
export const podLabel = 'shopfloor.dev/pod';

/** Options of the two objects that put a pod into the mesh. */
export interface MeshObjectOptions {
  pod: Pod;
  ports: PodPorts;
  /** Loopback address of the listener for outgoing requests. */
  egressAddress: string;
}

/** Port of every service of the shop (docs/reference/contracts.md). */
export const servicePort = 8080;

/** Whether a pod gets a proxy; the same annotation as Istio's injector reads. */
export function wantsSidecar(pod: Pod): boolean {
  const inject =
    pod.metadata.annotations?.['sidecar.istio.io/inject'] ??
    pod.metadata.labels?.['sidecar.istio.io/inject'];
  return inject !== 'false';
}

/** Labels of the pod's proxy and of its WorkloadEntry: the pod's own and its name. */
export function meshLabels(pod: Pod): Record<string, string> {
  return {
    ...pod.metadata.labels,
    [podLabel]: pod.metadata.name.slice(-63).replace(/^[^A-Za-z0-9]+/, ''),
  };
}

/** Named ports of a pod with the number that the containers declare; unnamed ones are called by number. */
export function namedPorts(pod: Pod): { name: string; port: number }[] {
  return pod.spec.containers.flatMap(container =>
    (container.ports ?? []).map(port => ({
      name: port.name ?? `tcp-${port.containerPort}`,
      port: port.containerPort,
    })),
  );
}

/**
 * The endpoint of a ready pod. Its ports are those of the pod's Envoy, never of the program, so that no
 * caller gets round mutual TLS.
 */
export function workloadEntryOf(options: MeshObjectOptions): KubernetesObject {
  const { pod, ports } = options;
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'WorkloadEntry',
    metadata: metadataOf(pod),
    spec: {
      address: '127.0.0.1',
      labels: meshLabels(pod),
      serviceAccount: pod.spec.serviceAccountName ?? 'default',
      ports: Object.fromEntries(
        namedPorts(pod).map(({ name, port }) => [name, ports.inbound[port]]),
      ),
    },
  };
}

/**
 * The listeners of a pod's Envoy: one per named port for incoming requests, and one for the
 * program's outgoing ones, which can name any service of its own namespace and of istio-system.
 */
export function sidecarOf(options: MeshObjectOptions): KubernetesObject {
  const { pod, ports } = options;
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Sidecar',
    metadata: metadataOf(pod),
    spec: {
      workloadSelector: { labels: { [podLabel]: meshLabels(pod)[podLabel] } },
      ingress: namedPorts(pod).map(({ name, port }) => ({
        port: {
          number: ports.inbound[port],
          name,
          protocol: protocolOf(name),
        },
        bind: '127.0.0.1',
        defaultEndpoint: `127.0.0.1:${ports.app[port]}`,
      })),
      egress: [
        {
          port: { number: servicePort, name: 'http', protocol: 'HTTP' },
          bind: options.egressAddress,
          hosts: ['./*', 'istio-system/*'],
        },
      ],
    },
  };
}

/** Istio's rule: the part of a port's name before the first dash is its protocol. */
function protocolOf(name: string): string {
  const prefix = name.split('-')[0].toUpperCase();
  return ['HTTP', 'HTTP2', 'GRPC', 'HTTPS', 'TLS', 'MONGO'].includes(prefix)
    ? prefix
    : 'TCP';
}

function metadataOf(pod: Pod): KubernetesObject['metadata'] {
  return {
    name: pod.metadata.name,
    namespace: pod.metadata.namespace,
    labels: {
      ...(pod.metadata.labels?.app && { app: pod.metadata.labels.app }),
      'app.kubernetes.io/managed-by': 'shopfloor-agent',
    },
    // The garbage collector removes the object with its pod even if the agent never gets to it.
    ownerReferences: [
      {
        apiVersion: 'v1',
        kind: 'Pod',
        name: pod.metadata.name,
        uid: pod.metadata.uid!,
      },
    ],
  };
}
