import { setTimeout as delay } from 'node:timers/promises';
import type {
  KubernetesClient,
  KubernetesList,
  KubernetesObject,
  Pod,
} from '../kubernetes/index.ts';

interface Deployment extends KubernetesObject {
  spec: {
    replicas?: number;
    selector: { matchLabels: Record<string, string> };
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
  };
}

/** Whether every pod of a Deployment is of its present template and available. */
export function isRolledOut(deployment: Deployment): boolean {
  const { status = {}, metadata } = deployment;
  const wanted = deployment.spec.replicas ?? 1;
  return (
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted
  );
}

/** Why pods are not ready, in the words of their containers' states. */
export function whyNotReady(pods: Pod[]): string {
  const reasons = pods.flatMap(pod =>
    [
      ...(pod.status?.initContainerStatuses ?? []),
      ...(pod.status?.containerStatuses ?? []),
    ].flatMap(({ name, state, ready }) => {
      if (ready) return [];
      const waiting = state.waiting;
      if (!waiting) return [`${pod.metadata.name}/${name}: not ready`];
      return [
        `${pod.metadata.name}/${name}: ${waiting.reason}${
          waiting.message ? `, ${waiting.message}` : ''
        }`,
      ];
    }),
  );
  return reasons[0] ?? 'no pod was made yet';
}

/** Waits until the Deployments run as wanted. */
export async function waitForRollout(options: {
  client: KubernetesClient;
  deployments: KubernetesObject[];
  timeoutMs: number;
  signal: AbortSignal;
  progress(message: string): void;
}): Promise<void> {
  const { client } = options;
  const deadline = Date.now() + options.timeoutMs;
  let waiting = options.deployments;
  for (;;) {
    const left: Deployment[] = [];
    for (const object of waiting) {
      const now = await client.get<Deployment>(await client.pathOf(object));
      if (!now || !isRolledOut(now)) left.push(now ?? (object as Deployment));
    }
    if (left.length === 0) return;
    const [first] = left;
    const why = whyNotReady(await podsOf(client, first));
    const text = `${first.metadata.namespace}/${first.metadata.name} is not available: ${why}`;
    if (Date.now() > deadline) throw new Error(text);
    options.progress(text);
    waiting = left;
    await delay(500, undefined, { signal: options.signal });
  }
}

async function podsOf(
  client: KubernetesClient,
  deployment: Deployment,
): Promise<Pod[]> {
  const labelSelector = Object.entries(deployment.spec.selector.matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const list = await client.json<KubernetesList<Pod>>(
    `/api/v1/namespaces/${deployment.metadata.namespace}/pods`,
    { query: { labelSelector } },
  );
  return list.items;
}
