import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeFileAtomic } from '../config/files.ts';
import type { PartDefinition, SandboxContext } from '../supervisor/types.ts';

/** Kubernetes users of the static tokens and their groups; RBAC gives the rights (`deploy`). */
const TOKEN_GROUPS = {
  'shopfloor-admin': 'system:masters',
  'shopfloor-agent': 'shopfloor:system',
  'shopfloor-reader': 'shopfloor:system',
  'shopfloor-traffic': 'shopfloor:system',
  'shopfloor-secrets': 'shopfloor:system',
} as const;

/** Writes by people and portal, and every impersonated request, without bodies: those may hold secrets. */
const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    {
      level: 'None',
      users: [
        'system:apiserver',
        'system:kube-controller-manager',
        'shopfloor-agent',
      ],
    },
    { level: 'None', userGroups: ['system:serviceaccounts'] },
    {
      level: 'Metadata',
      verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
    },
    { level: 'None' },
  ],
};

/** The Kubernetes API. */
export function apiserverPart(ctx: SandboxContext): PartDefinition {
  const { kubernetes, pki, ports, stateDir } = ctx;
  const dir = join(stateDir, 'apiserver');
  const tokens = join(dir, 'tokens.csv');
  const auditPolicy = join(dir, 'audit-policy.yaml');
  return {
    kind: 'process',
    name: 'apiserver',
    dependsOn: ['etcd'],
    tools: ['kube-apiserver'],
    version: () => ctx.tools.version('kube-apiserver'),
    address: kubernetes.url,
    prepare: async () => {
      writeFileAtomic({
        path: tokens,
        content: Object.entries(TOKEN_GROUPS)
          .map(
            ([user, group]) =>
              `${
                ctx.secrets.kubernetesTokens[user as keyof typeof TOKEN_GROUPS]
              },${user},${user},"${group}"\n`,
          )
          .join(''),
        mode: 0o600,
      });
      writeFileAtomic({ path: auditPolicy, content: stringify(AUDIT_POLICY) });
    },
    command: () => ({
      file: ctx.tools.path('kube-apiserver'),
      args: [
        `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
        '--bind-address=127.0.0.1',
        // An address that Endpoints accept; nothing in the sandbox uses it.
        '--advertise-address=192.0.2.1',
        '--endpoint-reconciler-type=none',
        `--secure-port=${ports.apiserver}`,
        `--cert-dir=${dir}`,
        `--tls-cert-file=${pki.apiserver.certFile}`,
        `--tls-private-key-file=${pki.apiserver.keyFile}`,
        `--client-ca-file=${pki.ca.certFile}`,
        `--token-auth-file=${tokens}`,
        '--authorization-mode=RBAC',
        '--service-cluster-ip-range=10.96.0.0/16',
        '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
        `--service-account-signing-key-file=${pki.serviceAccountKeyFile}`,
        `--service-account-key-file=${pki.serviceAccountKeyFile}`,
        '--api-audiences=https://kubernetes.default.svc.cluster.local,istio-ca',
        `--kubelet-certificate-authority=${pki.ca.certFile}`,
        `--kubelet-client-certificate=${pki.kubeletClient.certFile}`,
        `--kubelet-client-key=${pki.kubeletClient.keyFile}`,
        '--kubelet-preferred-address-types=InternalIP',
        '--allow-privileged=false',
        '--profiling=false',
        `--audit-policy-file=${auditPolicy}`,
        `--audit-log-path=${join(stateDir, 'logs', 'kube-audit.log')}`,
        '--audit-log-maxsize=20',
        '--audit-log-maxbackup=3',
        '--v=1',
      ],
    }),
    health: {
      kind: 'http',
      url: `${kubernetes.url}/readyz`,
      ca: kubernetes.ca,
      headers: {
        authorization: `Bearer ${ctx.secrets.kubernetesTokens['shopfloor-admin']}`,
      },
    },
    stopGraceMs: 15_000,
  };
}
