import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kubeconfigOf } from '../config/context.ts';
import { writeFileAtomic } from '../config/files.ts';
import { POD_PORT_COUNT } from '../config/ports.ts';
import type { PartDefinition, SandboxContext } from '../supervisor/types.ts';
import type { AgentConfigInput } from './config.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The node agent, which runs the cluster's Pods. Killed alone, it finds its pods again when it comes back. */
export function agentPart(ctx: SandboxContext): PartDefinition {
  const dir = join(ctx.stateDir, 'agent');
  const configPath = join(dir, 'config.json');
  const address = `https://127.0.0.1:${ctx.ports.agent}`;
  return {
    kind: 'process',
    name: 'agent',
    // Pods run what the images are now, not what they were at the last stop.
    dependsOn: ['cluster-setup', 'istiod', 'controller-manager', 'images'],
    tools: ['pilot-agent', 'envoy'],
    version: '1',
    address,
    prepare: async () => {
      const kubeconfig = join(dir, 'kubeconfig');
      writeFileAtomic({
        path: kubeconfig,
        content: kubeconfigOf({
          url: ctx.kubernetes.url,
          ca: ctx.kubernetes.ca,
          token: ctx.secrets.kubernetesTokens['shopfloor-agent'],
          user: 'shopfloor-agent',
        }),
        mode: 0o600,
      });
      const config: AgentConfigInput = {
        stateDir: ctx.stateDir,
        kubeconfig,
        server: {
          port: ctx.ports.agent,
          certificate: ctx.pki.agent.certFile,
          key: ctx.pki.agent.keyFile,
          clientCa: ctx.pki.ca.certFile,
          allowedClients: ['kube-apiserver-kubelet-client'],
        },
        podPorts: {
          first: ctx.ports.pods,
          last: ctx.ports.pods + POD_PORT_COUNT - 1,
        },
        mesh: {
          pilotAgent: ctx.tools.path('pilot-agent'),
          envoy: ctx.tools.path('envoy'),
          discoveryAddress: `127.0.0.1:${ctx.ports.istiodGrpc}`,
        },
      };
      writeFileAtomic({
        path: configPath,
        content: `${JSON.stringify(config, undefined, 2)}\n`,
      });
    },
    command: () => ({ file: ctx.nodePath, args: [main, configPath] }),
    health: { kind: 'http', url: `${address}/healthz`, ca: ctx.kubernetes.ca },
    // It ends every pod in that time.
    stopGraceMs: 12_000,
  };
}
