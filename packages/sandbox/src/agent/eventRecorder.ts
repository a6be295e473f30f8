import type { KubernetesClient } from '../kubernetes/client.ts';
import type { Pod } from '../kubernetes/types.ts';

/** One thing to tell in `kubectl describe pod`. */
export interface PodEvent {
  pod: Pod;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  container?: string;
}

interface Known {
  name: string;
  count: number;
}

const rememberedEvents = 500;

/** Writes Kubernetes Events; the same one again raises its count. An event that cannot be written is dropped. */
export class EventRecorder {
  readonly #client: KubernetesClient;
  readonly #nodeName: string;
  readonly #known = new Map<string, Known>();
  readonly #onError: (error: unknown) => void;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: {
    client: KubernetesClient;
    nodeName: string;
    onError: (error: unknown) => void;
  }) {
    this.#client = options.client;
    this.#nodeName = options.nodeName;
    this.#onError = options.onError;
  }

  record(event: PodEvent): void {
    this.#queue = this.#queue.then(() =>
      this.#write(event).catch(this.#onError),
    );
  }

  async #write(event: PodEvent): Promise<void> {
    const { pod } = event;
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/events`;
    const key = `${pod.metadata.uid} ${event.container} ${event.reason} ${event.message}`;
    const now = new Date().toISOString();
    const known = this.#known.get(key);
    if (known) {
      known.count += 1;
      const patched = await this.#client.merge(`${path}/${known.name}`, {
        count: known.count,
        lastTimestamp: now,
      });
      if (patched) return;
    }
    const name = `${pod.metadata.name}.${Date.now().toString(16)}${this.#known.size.toString(16)}`;
    await this.#client.create(path, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: pod.metadata.namespace },
      involvedObject: {
        apiVersion: 'v1',
        kind: 'Pod',
        name: pod.metadata.name,
        namespace: pod.metadata.namespace,
        uid: pod.metadata.uid,
        ...(event.container && {
          fieldPath: `spec.containers{${event.container}}`,
        }),
      },
      type: event.type,
      reason: event.reason,
      message: event.message,
      source: { component: 'kubelet', host: this.#nodeName },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    });
    this.#known.set(key, { name, count: 1 });
    if (this.#known.size > rememberedEvents) {
      this.#known.delete(this.#known.keys().next().value!);
    }
  }
}
