import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '../config/files.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { DataObject } from '../kubernetes/types.ts';

const bootstrapTemplate = fileURLToPath(
  new URL('./envoyBootstrap.json.tmpl', import.meta.url),
);

/** Namespace of the mesh's control plane and gateway. */
export const meshNamespace = 'istio-system';

/** A proxy: pilot-agent, which starts one Envoy and gets it its certificate. */
export interface ProxyOptions {
  role: 'sidecar' | 'router';
  pilotAgent: string;
  /** The Envoy binary itself, not a wrapper around it. */
  envoy: string;
  /** `host:port` of istiod's secure gRPC. */
  discoveryAddress: string;
  /** The folder that this proxy has for itself. */
  directory: string;
  name: string;
  namespace: string;
  serviceAccount: string;
  labels: Record<string, string>;
  /** Unique among all proxies, and no address that anything listens on. */
  ip: string;
  adminPort: number;
  statusPort: number;
  /** Time between the signal to end and the end, in which running requests finish. */
  drainSeconds: number;
}

/** What to start for a proxy, in its own folder. */
export interface ProxyCommand {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
}

/** The command line and environment of a proxy. Each setting was found by running; platform/mesh/README.md explains them. */
export function proxyCommand(options: ProxyOptions): ProxyCommand {
  const config = {
    discoveryAddress: options.discoveryAddress,
    binaryPath: options.envoy,
    configPath: './etc/istio/proxy',
    proxyAdminPort: options.adminPort,
    statusPort: options.statusPort,
    concurrency: 1,
    terminationDrainDuration: `${options.drainSeconds}s`,
    drainDuration: `${options.drainSeconds}s`,
  };
  return {
    file: options.pilotAgent,
    args: [
      'proxy',
      options.role,
      '--domain',
      `${options.namespace}.svc.cluster.local`,
      '--templateFile',
      bootstrapTemplate,
      '--proxyLogLevel',
      'warning',
      '--log_output_level',
      'default:warn',
    ],
    cwd: options.directory,
    env: {
      PROXY_CONFIG: JSON.stringify(config),
      POD_NAME: options.name,
      POD_NAMESPACE: options.namespace,
      SERVICE_ACCOUNT: options.serviceAccount,
      INSTANCE_IP: options.ip,
      ISTIOD_SAN: 'istiod.istio-system.svc',
      ISTIO_META_CLUSTER_ID: 'Kubernetes',
      ISTIO_META_INTERCEPTION_MODE: 'NONE',
      ISTIO_METAJSON_LABELS: JSON.stringify(options.labels),
      // Both would listen on fixed ports, which the next proxy on this machine could not have.
      GRPC_XDS_BOOTSTRAP: '',
      DNS_PROXY_ADDR: '',
      PROXY_XDS_DEBUG_VIA_AGENT: 'false',
    },
  };
}

/** Files that a proxy reads: a token of its service account and the root certificate of the mesh. */
export async function writeProxyCredentials(options: {
  client: KubernetesClient;
  directory: string;
  namespace: string;
  serviceAccount: string;
  expirationSeconds: number;
  /** Binds the token to a pod, so that it ends with it. */
  pod?: { name: string; uid: string };
}): Promise<void> {
  const { client, directory, namespace, serviceAccount, pod } = options;
  const [token, root] = await Promise.all([
    client.json<{ status: { token: string } }>(
      `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`,
      {
        method: 'POST',
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: {
            audiences: ['istio-ca'],
            expirationSeconds: options.expirationSeconds,
            ...(pod && {
              boundObjectRef: { kind: 'Pod', apiVersion: 'v1', ...pod },
            }),
          },
        },
      },
    ),
    client.get<DataObject>(
      `/api/v1/namespaces/${namespace}/configmaps/istio-ca-root-cert`,
    ),
  ]);
  const certificate = root?.data?.['root-cert.pem'];
  if (!certificate) {
    throw new Error(
      `istiod has not published its root certificate in namespace ${namespace} yet (ConfigMap istio-ca-root-cert)`,
    );
  }
  const secrets = join(directory, 'var/run/secrets');
  await mkdir(join(directory, 'etc/istio/proxy'), { recursive: true });
  writeFileAtomic({
    path: join(secrets, 'istio/root-cert.pem'),
    content: certificate,
  });
  writeFileAtomic({
    path: join(secrets, 'tokens/istio-token'),
    content: token.status.token,
    mode: 0o600,
  });
}
