import { ChangeReport } from '@shopfloor/plugin-audit-common';

/** Label with the name under which a service runs, the same that the Kubernetes plugin and the checks go by. */
export const SERVICE_LABEL = 'backstage.io/kubernetes-id';

const REVISION = 'deployment.kubernetes.io/revision';

/** A Deployment, as far as it is read. */
export interface Deployment {
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    generation?: number;
    creationTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    managedFields?: Array<{
      time?: string;
      subresource?: string;
      fieldsV1?: Record<string, any>;
    }>;
  };
  spec?: {
    replicas?: number;
    template?: {
      metadata?: { labels?: Record<string, string> };
      spec?: { containers?: Array<{ image?: string }> };
    };
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    conditions?: Array<{
      type: string;
      reason?: string;
      lastUpdateTime?: string;
      lastTransitionTime?: string;
    }>;
  };
}

/** A rollout as a change of a service, whose entity only the catalog knows. */
export interface Rollout {
  service: string;
  change: Omit<ChangeReport, 'entityRef'>;
}

/**
 * The rollout of a Deployment's present revision. Scaling makes no revision, so it is no change.
 *
 * @returns undefined while the controller has not taken up the newest specification (its revision is then still the old one),
 * or when it is no service's
 */
export function readRollout(options: {
  deployment: Deployment;
  cluster: string;
  environment: string;
}): Rollout | undefined {
  const { deployment, cluster, environment } = options;
  const { metadata, spec, status } = deployment;
  const service = metadata.labels?.[SERVICE_LABEL];
  const revision = metadata.annotations?.[REVISION];
  if (
    !service ||
    !revision ||
    !metadata.uid ||
    (status?.observedGeneration ?? 0) < (metadata.generation ?? 1)
  ) {
    return undefined;
  }
  const image = spec?.template?.spec?.containers?.[0]?.image;
  const labels = spec?.template?.metadata?.labels ?? {};
  const version = labels['app.kubernetes.io/version'] ?? labels.version;
  const startedAt = startOf(deployment, revision);
  const { outcome, endedAt } = outcomeOf(deployment);
  return {
    service,
    change: {
      sourceId: `${cluster}/${metadata.uid}/${revision}`,
      kind: 'deployment',
      environment,
      title: `${metadata.name}: ${image ?? 'no image'}`.slice(0, 200),
      summary: `Revision ${revision} of Deployment ${metadata.name}${
        version ? `, version ${version}` : ''
      }`,
      startedAt,
      outcome,
      ...(endedAt && { endedAt: endedAt < startedAt ? startedAt : endedAt }),
      reference: {
        ...(image && { image }),
        ...(version && { version }),
        object: `deployments ${metadata.namespace}/${metadata.name}`,
      },
    },
  };
}

/** When the pods' template was last written, or when the object was made. */
function startOf({ metadata }: Deployment, revision: string): string {
  const created = metadata.creationTimestamp ?? new Date(0).toISOString();
  const written = (metadata.managedFields ?? [])
    .filter(
      ({ subresource, fieldsV1 }) =>
        !subresource && fieldsV1?.['f:spec']?.['f:template'],
    )
    .flatMap(({ time }) => time ?? [])
    .sort()
    .at(-1);
  const start = revision === '1' ? created : (written ?? created);
  return new Date(start).toISOString();
}

/** As `kubectl rollout status` tells it, and from the controller's own word once that was given. */
function outcomeOf({ spec, status = {} }: Deployment): {
  outcome: ChangeReport['outcome'];
  endedAt?: string;
} {
  const progressing = status.conditions?.find(
    ({ type }) => type === 'Progressing',
  );
  const at = progressing?.lastUpdateTime ?? progressing?.lastTransitionTime;
  const ended = at && { endedAt: new Date(at).toISOString() };
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return { outcome: 'failed', ...ended };
  }
  const updated = status.updatedReplicas ?? 0;
  const complete =
    progressing?.reason === 'NewReplicaSetAvailable' ||
    (!progressing &&
      updated >= (spec?.replicas ?? 1) &&
      (status.replicas ?? 0) <= updated &&
      (status.availableReplicas ?? 0) >= updated);
  return complete
    ? { outcome: 'succeeded', ...ended }
    : { outcome: 'in-progress' };
}
