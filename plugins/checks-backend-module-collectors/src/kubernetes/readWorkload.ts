import { EvidenceType } from '@shopfloor/plugin-checks-node';
import { isSecretName, looksLikeSecret } from '../literalSecrets';
import { KubernetesObject } from './ClusterReader';

/** Type of what {@link readWorkload} gives. */
export const workloadType: EvidenceType = {
  object: {
    environment: 'string',
    production: 'bool',
    name: 'string',
    version: 'string',
    replicas: 'int',
    readyReplicas: 'int',
    startupProbe: 'bool',
    readinessProbe: 'bool',
    livenessProbe: 'bool',
    cpuRequest: 'bool',
    memoryRequest: 'bool',
    memoryLimit: 'bool',
    runAsNonRoot: 'bool',
    readOnlyRootFilesystem: 'bool',
    noPrivilegeEscalation: 'bool',
    dropsAllCapabilities: 'bool',
    seccomp: 'bool',
    mountsServiceAccountToken: 'bool',
    ownServiceAccount: 'bool',
    drainSeconds: 'int',
    gracePeriodSeconds: 'int',
    zeroUnavailable: 'bool',
    spread: 'bool',
    images: { list: 'string' },
    literalSecrets: { list: 'string' },
  },
};

/**
 * What a Deployment asks of Kubernetes. Of settings that each container has, true means that all of them have it; init
 * containers count for what concerns security. Settings of the pod count where a container has none of its own.
 */
export function readWorkload(
  deployment: KubernetesObject,
  environment: { name: string; production: boolean },
) {
  const { spec, status, metadata } = deployment;
  const pod = spec?.template?.spec ?? {};
  const containers: any[] = pod.containers ?? [];
  const everything: any[] = [...containers, ...(pod.initContainers ?? [])];
  const every = (list: any[], test: (container: any) => unknown) =>
    list.length > 0 && list.every(container => Boolean(test(container)));
  const security = (container: any, field: string) =>
    container.securityContext?.[field] ?? pod.securityContext?.[field];
  return {
    environment: environment.name,
    production: environment.production,
    name: metadata.name,
    version: spec?.template?.metadata?.labels?.version ?? '',
    replicas: spec?.replicas ?? 1,
    readyReplicas: status?.readyReplicas ?? 0,
    startupProbe: every(containers, c => c.startupProbe),
    readinessProbe: every(containers, c => c.readinessProbe),
    livenessProbe: every(containers, c => c.livenessProbe),
    cpuRequest: every(containers, c => c.resources?.requests?.cpu),
    memoryRequest: every(containers, c => c.resources?.requests?.memory),
    memoryLimit: every(containers, c => c.resources?.limits?.memory),
    runAsNonRoot: every(
      everything,
      c => security(c, 'runAsNonRoot') === true || security(c, 'runAsUser') > 0,
    ),
    readOnlyRootFilesystem: every(
      everything,
      c => c.securityContext?.readOnlyRootFilesystem === true,
    ),
    noPrivilegeEscalation: every(
      everything,
      c =>
        c.securityContext?.allowPrivilegeEscalation === false &&
        c.securityContext?.privileged !== true,
    ),
    dropsAllCapabilities: every(everything, c =>
      c.securityContext?.capabilities?.drop?.includes('ALL'),
    ),
    seccomp: every(everything, c =>
      ['RuntimeDefault', 'Localhost'].includes(
        security(c, 'seccompProfile')?.type,
      ),
    ),
    mountsServiceAccountToken: pod.automountServiceAccountToken !== false,
    ownServiceAccount: !['', 'default', undefined].includes(
      pod.serviceAccountName,
    ),
    drainSeconds: Math.min(
      ...containers.map(c => c.lifecycle?.preStop?.sleep?.seconds ?? 0),
      Number.MAX_SAFE_INTEGER,
    ),
    gracePeriodSeconds: pod.terminationGracePeriodSeconds ?? 30,
    zeroUnavailable:
      spec?.strategy?.type !== 'Recreate' &&
      ['0', '0%'].includes(
        String(spec?.strategy?.rollingUpdate?.maxUnavailable ?? '25%'),
      ),
    spread: Boolean(
      pod.topologySpreadConstraints?.length || pod.affinity?.podAntiAffinity,
    ),
    images: [...new Set(everything.map(c => String(c.image)))].sort(),
    literalSecrets: literalSecretsOf(spec?.template),
  };
}

/** Names of variables, and places in the rest of the template, that hold a secret written out. */
function literalSecretsOf(template: any): string[] {
  const { containers = [], initContainers = [], ...pod } = template?.spec ?? {};
  const found = new Set<string>();
  const visit = (value: unknown, place: string): void => {
    if (typeof value === 'string') {
      if (looksLikeSecret(value)) {
        found.add(place);
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        visit(inner, Array.isArray(value) ? place : `${place}.${key}`);
      }
    }
  };
  for (const { env = [], ...container } of [...containers, ...initContainers]) {
    for (const { name, value } of env) {
      if (value && (isSecretName(name) || looksLikeSecret(value))) {
        found.add(name);
      }
    }
    visit(container, container.name);
  }
  visit(pod, 'spec');
  visit(template?.metadata?.annotations, 'annotations');
  return [...found].sort();
}
