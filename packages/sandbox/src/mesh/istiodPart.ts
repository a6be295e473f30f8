import { join } from 'node:path';
import type { PartDefinition, SandboxContext } from '../supervisor/types.ts';

const istiodEnvironment = {
  POD_NAME: 'istiod',
  POD_NAMESPACE: 'istio-system',
  REVISION: 'default',
  PILOT_CERT_PROVIDER: 'istiod',
  ENABLE_CA_SERVER: 'true',
  // A change is sent 100 ms after the last one: the target is one second from confirming to real requests.
  PILOT_DEBOUNCE_AFTER: '100ms',
  // Filters that only Istio's own build of Envoy has; ours refuses a listener that names one.
  PILOT_ENABLE_METADATA_EXCHANGE: 'false',
  PILOT_ENABLE_ALPN_FILTER: 'false',
  // Pods have no network of their own here: their endpoints are the agent's WorkloadEntries, never their addresses.
  PILOT_ENABLE_SERVICEENTRY_SELECT_PODS: 'false',
  PILOT_ENABLE_IP_AUTOALLOCATE: 'false',
  PILOT_ENABLE_GATEWAY_API: 'false',
  // No injection and no webhooks: the agent starts the proxies.
  INJECTION_WEBHOOK_CONFIG_NAME: '',
  VALIDATION_WEBHOOK_CONFIG_NAME: '',
};

/** Istio's control plane: configuration of every proxy and their certificate authority, kept in Secret `istio-ca-secret`. */
export function istiodPart(ctx: SandboxContext): PartDefinition {
  const { ports } = ctx;
  return {
    kind: 'process',
    name: 'istiod',
    dependsOn: ['cluster-setup'],
    // On two cores the mesh and its pods would keep the portal from starting for as long as they need themselves.
    yieldsTo: { part: 'portal', atMostMs: 15_000 },
    tools: ['pilot-discovery'],
    version: () => ctx.tools.version('pilot-discovery'),
    address: `127.0.0.1:${ports.istiodGrpc}`,
    command: () => ({
      file: ctx.tools.path('pilot-discovery'),
      args: [
        'discovery',
        `--kubeconfig=${ctx.kubernetes.kubeconfig}`,
        `--meshConfig=${join(ctx.repoRoot, 'platform/mesh/mesh-config.yaml')}`,
        `--secureGRPCAddr=127.0.0.1:${ports.istiodGrpc}`,
        '--grpcAddr=',
        `--monitoringAddr=127.0.0.1:${ports.istiodMonitoring}`,
        `--httpAddr=127.0.0.1:${ports.istiodHttp}`,
        '--ctrlz_address=127.0.0.1',
        `--ctrlz_port=${ports.istiodCtrlz}`,
        `--httpsAddr=127.0.0.1:${ports.istiodWebhook}`,
        '--log_output_level=default:warn,ads:error',
      ],
      env: istiodEnvironment,
    }),
    health: {
      kind: 'http',
      url: `http://127.0.0.1:${ports.istiodHttp}/ready`,
    },
  };
}
