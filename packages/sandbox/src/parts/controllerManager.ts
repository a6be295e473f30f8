import { join } from 'node:path';
import { kubeconfigOf } from '../config/context.ts';
import { writeFileAtomic } from '../config/files.ts';
import type { PartDefinition, SandboxContext } from '../supervisor/types.ts';

/**
 * Kubernetes' own controllers: Deployments become ReplicaSets become Pods. The node agent binds and runs them.
 *
 * Left out is what only concerns clouds, and the eviction of pods from nodes: with one node it would only turn a pause of the
 * agent into the end of all pods.
 */
export function controllerManagerPart(ctx: SandboxContext): PartDefinition {
  const { kubernetes, pki, ports } = ctx;
  const address = `https://127.0.0.1:${ports.controllerManager}`;
  const kubeconfig = join(ctx.stateDir, 'controller-manager', 'kubeconfig');
  return {
    kind: 'process',
    name: 'controller-manager',
    dependsOn: ['apiserver'],
    tools: ['kube-controller-manager'],
    version: () => ctx.tools.version('kube-controller-manager'),
    address,
    prepare: async () =>
      writeFileAtomic({
        path: kubeconfig,
        content: kubeconfigOf({
          url: kubernetes.url,
          ca: kubernetes.ca,
          user: 'system:kube-controller-manager',
          certificate: pki.controllerManagerClient,
        }),
        mode: 0o600,
      }),
    command: () => ({
      file: ctx.tools.path('kube-controller-manager'),
      args: [
        `--kubeconfig=${kubeconfig}`,
        '--bind-address=127.0.0.1',
        `--secure-port=${ports.controllerManager}`,
        `--tls-cert-file=${pki.controllerManager.certFile}`,
        `--tls-private-key-file=${pki.controllerManager.keyFile}`,
        '--authorization-always-allow-paths=/healthz,/readyz,/livez',
        `--authentication-kubeconfig=${kubeconfig}`,
        `--authorization-kubeconfig=${kubeconfig}`,
        '--leader-elect=false',
        '--use-service-account-credentials=true',
        `--root-ca-file=${pki.ca.certFile}`,
        `--service-account-private-key-file=${pki.serviceAccountKeyFile}`,
        '--controllers=*,-node-ipam-controller,-node-route-controller,-service-lb-controller,-cloud-node-lifecycle-controller,-node-lifecycle-controller,-taint-eviction-controller',
        '--profiling=false',
        '--v=1',
      ],
    }),
    health: { kind: 'http', url: `${address}/healthz`, ca: kubernetes.ca },
  };
}
