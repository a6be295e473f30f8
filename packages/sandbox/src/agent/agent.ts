import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { join } from 'node:path';
import { writeFileAtomic } from '../config/files.ts';
import { KubernetesClient, KubernetesError } from '../kubernetes/client.ts';
import { readKubeconfig } from '../kubernetes/kubeconfig.ts';
import type { Pod } from '../kubernetes/types.ts';
import { watchResource } from '../kubernetes/watch.ts';
import type { AgentConfig } from './config.ts';
import { EventRecorder } from './eventRecorder.ts';
import { createLogServer } from './logServer.ts';
import { namedPorts } from './meshObjects.ts';
import { keepNode } from './node.ts';
import { PodRecords } from './podRecords.ts';
import { PodWorker, type NodeContext } from './podWorker.ts';
import {
  childEnvironment,
  discardUnknown,
  killStrangers,
} from './podProcesses.ts';
import { SleepWatch } from './SleepWatch.ts';
import { targetsOf } from './targets.ts';

const hostIp = '127.0.0.1';
const logNoteMs = 500;

/**
 * The part that a kubelet plays: binds Pods to its node and runs them as processes of this machine.
 */
export class NodeAgent {
  readonly #config: AgentConfig;
  readonly #client: KubernetesClient;
  readonly #context: NodeContext;
  readonly #workers: Map<string, PodWorker>;
  readonly #ending = new AbortController();
  readonly #server: Server;
  readonly #timer: NodeJS.Timeout;
  readonly #sleep: SleepWatch;
  #admissions: Promise<void> = Promise.resolve();

  private constructor(options: {
    config: AgentConfig;
    client: KubernetesClient;
    server: Server;
    context: NodeContext;
    workers: Map<string, PodWorker>;
  }) {
    this.#config = options.config;
    this.#client = options.client;
    this.#context = options.context;
    this.#server = options.server;
    this.#workers = options.workers;
    this.#timer = setInterval(() => this.#noteLogs(), logNoteMs);
    this.#sleep = new SleepWatch({
      onWake: sleptMs => {
        this.#context.log(
          `the machine slept for ${Math.round(sleptMs / 60_000)} min`,
        );
        this.#workers.forEach(worker => worker.wake());
      },
    });
  }

  /** Starts the agent; it then follows the API server until {@link stop}. */
  static async start(config: AgentConfig): Promise<NodeAgent> {
    const client = new KubernetesClient(
      await readKubeconfig(config.kubeconfig),
    );
    const log = (message: string) =>
      process.stdout.write(`${new Date().toISOString()} ${message}\n`);
    const onError = (error: unknown) => log((error as Error).message);
    const workers = new Map<string, PodWorker>();
    const context: NodeContext = {
      client,
      records: PodRecords.open({
        dir: join(config.stateDir, 'agent', 'pods'),
        range: config.podPorts,
      }),
      events: new EventRecorder({ client, nodeName: config.nodeName, onError }),
      stateDir: config.stateDir,
      mesh: config.mesh,
      childEnv: childEnvironment(config.stateDir),
      hostIp,
      onTargetsChange: () => writeTargets(config.stateDir, workers),
      log,
    };
    const [certificate, key, clientCa] = await Promise.all(
      [
        config.server.certificate,
        config.server.key,
        config.server.clientCa,
      ].map(path => readFile(path, 'utf8')),
    );
    const server = createLogServer({
      certificate,
      key,
      clientCa,
      allowedClients: config.server.allowedClients,
      find: (namespace, pod, container) =>
        findLog(workers, { namespace, pod, container }),
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(config.server.port, hostIp, resolve);
    });
    const agent = new NodeAgent({
      config,
      client,
      server,
      context,
      workers,
    });
    killStrangers({ records: context.records, stateDir: config.stateDir });
    agent.#follow(onError);
    return agent;
  }

  /** Ends every pod's processes and stops following; the Pods stay and start again with the next agent. */
  async stop(graceMs: number): Promise<void> {
    this.#ending.abort();
    clearInterval(this.#timer);
    this.#sleep.close();
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#admissions;
    await Promise.all([...this.#workers.values()].map(w => w.suspend(graceMs)));
    await this.#client.close();
  }

  #follow(onError: (error: unknown) => void): void {
    void keepNode({
      client: this.#client,
      name: this.#config.nodeName,
      hostIp,
      port: this.#config.server.port,
      version: 'v1.36.3',
      signal: this.#ending.signal,
      onError,
    });
    void watchResource<Pod>({
      client: this.#client,
      path: '/api/v1/pods',
      signal: this.#ending.signal,
      onError,
      onList: pods => {
        const known = new Set(pods.map(pod => pod.metadata.uid));
        for (const [uid, worker] of this.#workers) {
          if (!known.has(uid)) this.#removed(worker.pod);
        }
        discardUnknown(this.#context.records, known);
        pods.forEach(pod => this.#observe(pod));
        this.#context.onTargetsChange();
      },
      onChange: pod => this.#observe(pod),
      onDelete: pod => this.#removed(pod),
    });
  }

  #observe(pod: Pod): void {
    const { nodeName } = pod.spec;
    if (!nodeName) {
      if (!pod.metadata.deletionTimestamp) void this.#bind(pod);
      return;
    }
    if (nodeName !== this.#config.nodeName) return;
    const worker = this.#workers.get(pod.metadata.uid!);
    if (worker) {
      worker.observe(pod);
      return;
    }
    // One after the other, so that two pods never pick the same ports.
    this.#admissions = this.#admissions
      .then(() => this.#admit(pod))
      .catch(error =>
        this.#context.log(
          `${pod.metadata.namespace}/${pod.metadata.name}: ${error.message}`,
        ),
      );
  }

  async #bind(pod: Pod): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    try {
      await this.#client.json(
        `/api/v1/namespaces/${namespace}/pods/${name}/binding`,
        {
          method: 'POST',
          body: {
            apiVersion: 'v1',
            kind: 'Binding',
            metadata: { name, namespace, uid },
            target: {
              apiVersion: 'v1',
              kind: 'Node',
              name: this.#config.nodeName,
            },
          },
        },
      );
    } catch (error) {
      // 404: deleted meanwhile; 409: bound meanwhile. The watch tells the rest.
      if (!(
        error instanceof KubernetesError && [404, 409].includes(error.status)
      )) {
        this.#context.log((error as Error).message);
      }
    }
  }

  async #admit(pod: Pod): Promise<void> {
    const uid = pod.metadata.uid!;
    if (this.#workers.has(uid) || this.#ending.signal.aborted) return;
    const finished =
      pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    const known = this.#context.records.get(uid);
    if (finished && !known && !pod.metadata.deletionTimestamp) return;
    const record =
      known ??
      (await this.#context.records.admit({
        uid,
        namespace: pod.metadata.namespace!,
        name: pod.metadata.name,
        containerPorts: [...new Set(namedPorts(pod).map(p => p.port))],
        startTime: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      }));
    const worker = new PodWorker({ context: this.#context, pod, record });
    this.#workers.set(uid, worker);
    worker.start();
    worker.observe(pod);
    this.#context.onTargetsChange();
  }

  #removed(pod: Pod): void {
    const worker = this.#workers.get(pod.metadata.uid!);
    this.#workers.delete(pod.metadata.uid!);
    void worker?.discard().catch(error => this.#context.log(error.message));
  }

  #noteLogs(): void {
    const now = Date.now();
    for (const worker of this.#workers.values()) {
      for (const name of Object.keys(worker.record.containers)) {
        worker
          .log(name)
          ?.note(now)
          .catch(() => {});
      }
    }
  }
}

function findLog(
  workers: ReadonlyMap<string, PodWorker>,
  wanted: { namespace: string; pod: string; container: string },
) {
  for (const worker of workers.values()) {
    const { namespace, name } = worker.record;
    const log = worker.log(wanted.container);
    if (namespace === wanted.namespace && name === wanted.pod && log) {
      return { log, isOver: () => !worker.isRunning(wanted.container) };
    }
  }
  return undefined;
}

/** Tells Prometheus whom to ask. */
function writeTargets(
  stateDir: string,
  workers: ReadonlyMap<string, PodWorker>,
): void {
  const groups = [...workers.values()].map(worker =>
    targetsOf(worker.pod, worker.record.ports),
  );
  for (const kind of ['envoy', 'service'] as const) {
    writeFileAtomic({
      path: join(stateDir, 'prometheus', 'targets', `pods-${kind}.json`),
      content: JSON.stringify(
        groups.flatMap(group => group[kind]),
        undefined,
        2,
      ),
    });
  }
}
