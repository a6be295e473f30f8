import { randomUUID } from 'crypto';
import { setTimeout as delay } from 'timers/promises';
import {
  kubernetesRequest,
  KubernetesRequestOptions,
} from '@shopfloor/plugin-environments-node';
import { z } from 'zod';
import { WaitingError } from '../vault/vaultErrors';
import { proofJob, ProofSettings } from './proofJob';
import { ProofOrder, ProofOutcome, ProofRunner } from './ProofRunner';

const POLL_MS = 500;

/** Time for the cluster to say how a Job ended that had all its own time, in milliseconds. */
const GRACE_MS = 15_000;

const reportSchema = z.union([
  z.strictObject({
    login: z.enum(['accepted', 'refused']),
    found: z.array(z.enum(['allow', 'deny'])),
  }),
  z.strictObject({ error: z.string().max(300) }),
]);

interface Job {
  metadata: { name: string; uid: string };
  status?: { succeeded?: number; failed?: number };
}

interface PodList {
  items: Array<{ metadata: { name: string; creationTimestamp: string } }>;
}

/** Options of a {@link JobProofRunner}. */
export interface JobProofRunnerOptions {
  settings: ProofSettings;
  /** Milliseconds since the epoch. */
  now?: () => number;
  wait?: (milliseconds: number) => Promise<unknown>;
  id?: () => string;
}

/** Proves by a Job under the service account. The Job goes by itself; one whose process died meanwhile, too. */
export class JobProofRunner implements ProofRunner {
  readonly #settings: ProofSettings;
  readonly #now: () => number;
  readonly #wait: (milliseconds: number) => Promise<unknown>;
  readonly #id: () => string;

  static create(options: JobProofRunnerOptions): JobProofRunner {
    return new JobProofRunner(options);
  }

  private constructor(options: JobProofRunnerOptions) {
    this.#settings = options.settings;
    this.#now = options.now ?? Date.now;
    this.#wait = options.wait ?? delay;
    this.#id = options.id ?? (() => randomUUID().slice(0, 13));
  }

  async run(order: ProofOrder): Promise<ProofOutcome> {
    const { environment, namespace } = order;
    const { cluster, clusterToken } = environment;
    if (!clusterToken) {
      throw new WaitingError(
        'not-proven',
        `Nothing can be proved in ${environment.mounts.environment}: add cluster '${cluster.name}' to secrets.clusters`,
      );
    }
    const ask = <T>(
      options: Omit<KubernetesRequestOptions, 'cluster' | 'token'>,
    ) => kubernetesRequest<T>({ ...options, cluster, token: clusterToken });
    const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const made = await ask<Job>({
      method: 'POST',
      path: jobs,
      body: proofJob({
        name: `secret-proof-${this.#id()}`,
        order,
        settings: this.#settings,
      }),
    });
    const { name, uid } = made.metadata;
    await this.#untilEnded(name, () => ask<Job>({ path: `${jobs}/${name}` }));
    const { items } = await ask<PodList>({
      path: pods,
      query: { labelSelector: `batch.kubernetes.io/job-name=${name}` },
    });
    const pod = items[0]?.metadata.name;
    if (!pod) {
      throw new WaitingError('not-proven', `The Job ${name} had no pod`);
    }
    const report = reportSchema.safeParse(
      await ask({
        path: `${pods}/${pod}/log`,
        query: { container: 'proof', tailLines: 1 },
      }),
    );
    if (!report.success) {
      throw new WaitingError(
        'not-proven',
        `The Job ${name} of ${namespace} said nothing that is a proof; look at the log of pod ${pod}`,
      );
    }
    if ('error' in report.data) {
      throw new WaitingError(
        'not-proven',
        `The Job ${name} of ${namespace} found nothing out: ${report.data.error}`,
      );
    }
    if (report.data.found.length !== order.probes.length) {
      throw new WaitingError(
        'not-proven',
        `The Job ${name} of ${namespace} answered other questions; its image may be of another version`,
      );
    }
    return { report: report.data, job: { namespace, name, uid } };
  }

  async #untilEnded(name: string, look: () => Promise<Job>): Promise<void> {
    const deadline =
      this.#now() + this.#settings.timeoutSeconds * 1000 + GRACE_MS;
    for (;;) {
      const { status } = await look();
      if ((status?.succeeded ?? 0) > 0 || (status?.failed ?? 0) > 0) {
        return;
      }
      if (this.#now() > deadline) {
        throw new WaitingError(
          'not-proven',
          `The Job ${name} did not end within ${this.#settings.timeoutSeconds} s`,
        );
      }
      await this.#wait(POLL_MS);
    }
  }
}
