import { setTimeout as delay } from 'node:timers/promises';
import {
  KubernetesError,
  type KubernetesClient,
} from '../kubernetes/client.ts';
import type { Pod, PodStatus } from '../kubernetes/types.ts';
import { namedPorts, workloadEntryOf } from './meshObjects.ts';
import type { PodRecord } from './podRecords.ts';
import { isReady } from './podStatus.ts';

/** Options of a {@link PodPublisher}. */
export interface PodPublisherOptions {
  client: KubernetesClient;
  record: PodRecord;
  inMesh: boolean;
  /** The pod as the API server last showed it. */
  pod(): Pod;
  /** Its status now, given what was published last. */
  project(published: PodStatus | undefined): PodStatus;
  log(message: string): void;
}

const entries = '/apis/networking.istio.io/v1';

/** Brings the status of one pod, and its place among the endpoints of the mesh, to the API server. */
export class PodPublisher {
  readonly #options: PodPublisherOptions;
  #published: PodStatus | undefined;
  #registered: boolean | undefined;
  #dirty = false;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: PodPublisherOptions) {
    this.#options = options;
  }

  /** Publishes soon; several changes at once become one. */
  changed(): void {
    this.#dirty = true;
    this.#running ??= this.#publish().finally(() => {
      this.#running = undefined;
    });
  }

  /** Compares what the API server shows with what was published, and publishes again when someone else wrote it. */
  compare(pod: Pod): void {
    if (this.#published && isReady(pod.status) !== isReady(this.#published)) {
      this.#published = undefined;
      this.changed();
    }
  }

  /** Resolves when all changes up to now are published. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Publishes nothing any more. */
  close(): void {
    this.#closed = true;
  }

  async #publish(): Promise<void> {
    await Promise.resolve();
    const { client, record, log } = this.#options;
    while (this.#dirty && !this.#closed) {
      this.#dirty = false;
      const status = this.#options.project(this.#published);
      try {
        // Before the status, in both directions: nobody is sent to a pod that is on its way out, and a rollout that
        // waits for Ready goes on only when callers can reach the new pod.
        await this.#register(isReady(status));
        if (JSON.stringify(status) !== JSON.stringify(this.#published)) {
          await client.merge(
            `/api/v1/namespaces/${record.namespace}/pods/${record.name}/status`,
            { metadata: { uid: record.uid }, status },
          );
          this.#published = status;
        }
      } catch (error) {
        // Another pod of this name is there by now.
        if (error instanceof KubernetesError && error.status === 409) return;
        log((error as Error).message);
        await delay(1000, undefined, { ref: false });
        this.#dirty = true;
      }
    }
  }

  async #register(ready: boolean): Promise<void> {
    const { client, record, inMesh } = this.#options;
    const pod = this.#options.pod();
    if (!inMesh || this.#registered === ready || namedPorts(pod).length === 0) {
      return;
    }
    if (ready) {
      await client.apply(workloadEntryOf({ ...record, pod }), {
        fieldManager: 'shopfloor-agent',
        force: true,
      });
    } else {
      await client.delete(
        `${entries}/namespaces/${record.namespace}/workloadentries/${record.name}`,
      );
    }
    this.#registered = ready;
  }
}
