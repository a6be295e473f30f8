import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { KubernetesClient } from '../kubernetes/client.ts';
import { readKubeconfig } from '../kubernetes/kubeconfig.ts';
import type { PartDefinition, SandboxContext } from '../supervisor/types.ts';
import {
  meshNamespace,
  proxyCommand,
  writeProxyCredentials,
  type ProxyOptions,
} from './proxy.ts';

/** Istio reads it when the proxy's certificate is renewed, so it has to outlive a long run of the sandbox. */
const tokenSeconds = 90 * 24 * 3600;

/** The gateway: an Envoy that takes in what comes from outside, by the Gateway object `istio-system/shop`. */
export function gatewayPart(ctx: SandboxContext): PartDefinition {
  const directory = join(ctx.stateDir, 'gateway');
  const options = (): ProxyOptions => ({
    role: 'router',
    pilotAgent: ctx.tools.path('pilot-agent'),
    envoy: ctx.tools.path('envoy'),
    discoveryAddress: `127.0.0.1:${ctx.ports.istiodGrpc}`,
    directory,
    name: 'gateway',
    namespace: meshNamespace,
    serviceAccount: 'gateway',
    labels: { app: 'gateway', istio: 'gateway' },
    // Outside of what the node agent gives to pods.
    ip: '10.245.0.1',
    adminPort: ctx.ports.gatewayAdmin,
    statusPort: ctx.ports.gatewayStatus,
    drainSeconds: 1,
  });
  return {
    kind: 'process',
    name: 'gateway',
    dependsOn: ['istiod'],
    tools: ['pilot-agent', 'envoy'],
    version: () => `Envoy ${ctx.tools.version('envoy')}`,
    address: `http://production.shop.localhost:${ctx.ports.gateway}`,
    prepare: async () => {
      mkdirSync(directory, { recursive: true });
      const client = new KubernetesClient(
        await readKubeconfig(ctx.kubernetes.kubeconfig),
      );
      try {
        await writeProxyCredentials({
          client,
          directory,
          namespace: meshNamespace,
          serviceAccount: 'gateway',
          expirationSeconds: tokenSeconds,
        });
      } finally {
        await client.close();
      }
    },
    command: () => proxyCommand(options()),
    health: {
      kind: 'http',
      url: `http://127.0.0.1:${ctx.ports.gatewayStatus}/healthz/ready`,
    },
  };
}
