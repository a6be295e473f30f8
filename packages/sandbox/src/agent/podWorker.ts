import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type KubernetesClient,
  KubernetesError,
} from '../kubernetes/client.ts';
import type {
  Container,
  DataObject,
  Pod,
  PodStatus,
} from '../kubernetes/types.ts';
import { isAlive } from '../supervisor/processes.ts';
import { ContainerLog } from './containerLog.ts';
import {
  ContainerRunner,
  WaitingError,
  type Launch,
} from './containerRunner.ts';
import {
  ConfigMissingError,
  referencedConfig,
  resolveEnvironment,
} from './environment.ts';
import type { EventRecorder } from './eventRecorder.ts';
import { imageRegistry, parseImage } from './image.ts';
import {
  namedPorts,
  servicePort,
  sidecarOf,
  wantsSidecar,
  workloadEntryOf,
} from './meshObjects.ts';
import type { PodRecord, PodRecords } from './podRecords.ts';
import { isReady, newContainerRecord, projectStatus } from './podStatus.ts';
import { SidecarRunner, type MeshPrograms } from './sidecarRunner.ts';

/** What all pods of the node share. */
export interface NodeContext {
  client: KubernetesClient;
  records: PodRecords;
  events: EventRecorder;
  stateDir: string;
  mesh: MeshPrograms | undefined;
  /** Environment that every process gets: little, and the tag by which orphans are found. */
  childEnv: Record<string, string>;
  hostIp: string;
  onTargetsChange(): void;
  log(message: string): void;
}

/** Time for the other proxies to hear that a pod is gone, before its program is asked to end. */
const settleMs = 500;
const meshApi = '/apis/networking.istio.io/v1';

/** The life of one pod. */
export class PodWorker {
  readonly #context: NodeContext;
  readonly record: PodRecord;
  #pod: Pod;
  readonly #runners = new Map<string, ContainerRunner>();
  readonly #logs = new Map<string, ContainerLog>();
  #sidecar: SidecarRunner | undefined;
  #published: PodStatus | undefined;
  #registered: boolean | undefined;
  #dirty = false;
  #publishing: Promise<void> | undefined;
  #terminating = false;
  #detached = false;
  #directoryRemoved = false;
  #main: Promise<void> | undefined;

  constructor(options: { context: NodeContext; pod: Pod; record: PodRecord }) {
    this.#context = options.context;
    this.#pod = options.pod;
    this.record = options.record;
    for (const container of this.#allContainers()) {
      this.record.containers[container.name] ??= newContainerRecord(
        options.pod.spec.initContainers?.length
          ? 'PodInitializing'
          : 'ContainerCreating',
      );
      this.#logs.set(
        container.name,
        new ContainerLog(join(this.#directory, `${container.name}.log`)),
      );
    }
  }

  /**
   * A pod none of whose programs runs any more starts from the beginning, as after a reboot of its node: what
   * its init containers did belonged to the last time.
   */
  #forgetInitialization(): void {
    const { containers, initContainers = [] } = this.#pod.spec;
    const runs = containers.some(({ name }) => {
      const { process } = this.record.containers[name];
      return process !== undefined && isAlive(process);
    });
    const isOver = ['Succeeded', 'Failed'].includes(
      this.#pod.status?.phase ?? '',
    );
    if (runs || isOver) return;
    for (const { name } of initContainers) {
      const record = this.record.containers[name];
      if (record.state.terminated) {
        record.lastState = record.state;
        record.state = { waiting: { reason: 'PodInitializing' } };
      }
    }
  }

  get pod(): Pod {
    return this.#pod;
  }

  log(container: string): ContainerLog | undefined {
    return this.#logs.get(container);
  }

  isRunning(container: string): boolean {
    return this.record.containers[container]?.state.running !== undefined;
  }

  /** Starts, or takes over what an earlier agent left running. */
  start(): void {
    this.#main ??= this.#run().catch(error =>
      this.#context.log(`${this.#name}: ${error.stack ?? error}`),
    );
  }

  /** Takes in what the API server says about the pod. */
  observe(pod: Pod): void {
    this.#pod = pod;
    const foreign =
      this.#published && isReady(pod.status) !== isReady(this.#published);
    if (foreign) {
      // Someone else wrote it, for example the node controller while the agent was away.
      this.#published = undefined;
      this.#changed();
    }
    if (pod.metadata.deletionTimestamp) {
      void this.terminate();
    }
  }

  /** Ends the pod in good order because it is being deleted, and then removes it from the API server. */
  async terminate(): Promise<void> {
    if (this.#terminating) return;
    this.#terminating = true;
    const { metadata } = this.#pod;
    const graceMs =
      (metadata.deletionGracePeriodSeconds ??
        this.#pod.spec.terminationGracePeriodSeconds ??
        30) * 1000;
    this.#event(
      'Normal',
      'Killing',
      `Stopping ${this.#pod.spec.containers.map(c => c.name).join(', ')}`,
    );
    this.#changed();
    await this.#publishing;
    await this.#stopProcesses(graceMs, this.#sidecar ? settleMs : 0);
    await this.#publishing;
    await Promise.all([...this.#logs.values()].map(log => log.unread(2000)));
    // Before the object goes: a pod of the same name may come right after it.
    await this.#removeDirectory();
    await this.#context.client
      .delete(this.#path, {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        gracePeriodSeconds: 0,
        preconditions: { uid: metadata.uid },
      })
      .catch(error => {
        if (!(error instanceof KubernetesError && error.status === 409)) {
          this.#context.log(`${this.#name}: ${error.message}`);
        }
      });
    await this.discard();
  }

  /** Ends the processes of a pod that the API server does not know any more, and forgets it. */
  async discard(): Promise<void> {
    this.#detached = true;
    this.#terminating = true;
    await this.#stopProcesses(2000, 0);
    this.#context.records.forget(this.record.uid);
    this.#context.onTargetsChange();
    await this.#removeDirectory();
  }

  async #removeDirectory(): Promise<void> {
    if (this.#directoryRemoved) return;
    this.#directoryRemoved = true;
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Ends the processes because the sandbox stops; the pod itself stays and starts again next time. */
  async suspend(graceMs: number): Promise<void> {
    this.#detached = true;
    await this.#stopProcesses(graceMs, 0);
  }

  async #stopProcesses(graceMs: number, settle: number): Promise<void> {
    await Promise.all(
      [...this.#runners.values()].map(runner =>
        runner.stop({ graceMs, settleMs: settle }),
      ),
    );
    await this.#sidecar?.stop();
    this.record.sidecar = undefined;
    this.#context.records.save(this.record);
    await this.#main;
  }

  async #run(): Promise<void> {
    this.#forgetInitialization();
    this.#changed();
    if (this.#context.mesh && wantsSidecar(this.#pod)) {
      await this.#startSidecar(this.#context.mesh);
    }
    for (const container of this.#pod.spec.initContainers ?? []) {
      if (this.#terminating || this.#detached) return;
      const record = this.record.containers[container.name];
      if (record.state.terminated?.exitCode === 0) continue;
      await this.#runnerOf(container, true).run();
      if (record.state.terminated?.exitCode !== 0) return;
    }
    if (this.#terminating || this.#detached) return;
    await Promise.all(
      this.#pod.spec.containers.map(container =>
        this.#runnerOf(container, false).run(),
      ),
    );
    if (!this.#terminating && !this.#detached) {
      // All containers are finished for good: a job. Its proxy would otherwise run on for nobody.
      await this.#sidecar?.stop();
      this.#changed();
    }
  }

  async #startSidecar(mesh: MeshPrograms): Promise<void> {
    this.#sidecar = new SidecarRunner({
      client: this.#context.client,
      pod: this.#pod,
      record: this.record,
      mesh,
      directory: this.#directory,
      childEnv: this.#context.childEnv,
      onChange: () => this.#changed(),
      onTrouble: message =>
        this.#event('Warning', 'SidecarTrouble', message, 'istio-proxy'),
    });
    try {
      await this.#context.client.apply(sidecarOf(this.#meshObject), {
        fieldManager: 'shopfloor-agent',
        force: true,
      });
    } catch (error) {
      this.#event('Warning', 'SidecarTrouble', (error as Error).message);
    }
    this.#sidecar.start();
  }

  #runnerOf(container: Container, isInit: boolean): ContainerRunner {
    const policy = this.#pod.spec.restartPolicy ?? 'Always';
    const runner = new ContainerRunner({
      container,
      restartPolicy: isInit && policy === 'Always' ? 'OnFailure' : policy,
      record: this.record.containers[container.name],
      log: this.#logs.get(container.name)!,
      graceMs: (this.#pod.spec.terminationGracePeriodSeconds ?? 30) * 1000,
      prepare: () => this.#prepare(container),
      portOf: port => this.#localPort(container, port),
      onChange: () => this.#changed(),
      onEvent: (type, reason, message) =>
        this.#event(type, reason, message, container.name),
    });
    this.#runners.set(container.name, runner);
    return runner;
  }

  async #prepare(container: Container): Promise<Launch> {
    const image = parseImage(container.image);
    if (!image) {
      throw new WaitingError(
        'InvalidImageName',
        `"${container.image}" is not of the form ${imageRegistry}/<name>:<version>; this node runs the sandbox's own builds only`,
      );
    }
    const folder = join(
      this.#context.stateDir,
      'images',
      image.name,
      image.version,
    );
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
      throw new WaitingError(
        'ErrImagePull',
        `Image "${container.image}" has not been built: there is no folder images/${image.name}/${image.version} in the sandbox's state`,
      );
    }
    const env = await this.#environment(container);
    const command = [
      ...(container.command ?? (container.args ? [] : ['node', 'server.js'])),
      ...(container.args ?? []),
    ];
    if (!container.command && container.args)
      command.unshift('node', 'server.js');
    const [file, ...args] = command;
    return {
      file: file === 'node' ? process.execPath : file,
      args,
      cwd: container.workingDir?.startsWith(folder)
        ? container.workingDir
        : folder,
      env,
      imageID: container.image,
    };
  }

  async #environment(container: Container): Promise<Record<string, string>> {
    const names = referencedConfig(container);
    const namespace = `/api/v1/namespaces/${this.#pod.metadata.namespace}`;
    const fetchAll = async (kind: string, wanted: string[]) =>
      new Map(
        await Promise.all(
          wanted.map(
            async name =>
              [
                name,
                await this.#context.client.get<DataObject>(
                  `${namespace}/${kind}/${name}`,
                ),
              ] as const,
          ),
        ),
      );
    const [configMaps, secrets] = await Promise.all([
      fetchAll('configmaps', names.configMaps),
      fetchAll('secrets', names.secrets),
    ]);
    try {
      const declared = resolveEnvironment({
        pod: this.#pod,
        container,
        podIp: this.record.ip,
        hostIp: this.#context.hostIp,
        sources: {
          configMap: name => configMaps.get(name),
          secret: name => secrets.get(name),
        },
        base: this.#baseEnvironment(),
      });
      // The allotted ports win over what a manifest says, or replicas would clash.
      return { ...declared, ...this.#portEnvironment(container) };
    } catch (error) {
      if (error instanceof ConfigMissingError) {
        throw new WaitingError('CreateContainerConfigError', error.message);
      }
      throw error;
    }
  }

  #baseEnvironment(): Record<string, string> {
    const { metadata } = this.#pod;
    return {
      ...this.#context.childEnv,
      PATH: `${dirname(process.execPath)}:${this.#context.childEnv.PATH ?? ''}`,
      SHOPFLOOR_POD_UID: this.record.uid,
      POD_NAME: metadata.name,
      POD_NAMESPACE: metadata.namespace ?? 'default',
      SERVICE_VERSION: metadata.labels?.version ?? '',
      ...(this.#sidecar && {
        // The way into the mesh: without redirected networking a program asks its proxy by name.
        HTTP_PROXY: `http://${this.record.egressAddress}:${servicePort}`,
        NO_PROXY: '127.0.0.1,localhost',
      }),
    };
  }

  #portEnvironment(container: Container): Record<string, string> {
    const ports = container.ports ?? [];
    const main = ports.find(p => p.name === 'http') ?? ports[0];
    return {
      ...(main && { PORT: String(this.record.ports.app[main.containerPort]) }),
      ...Object.fromEntries(
        ports
          .filter(p => p.name)
          .map(p => [
            `PORT_${p.name!.toUpperCase().replace(/-/g, '_')}`,
            String(this.record.ports.app[p.containerPort]),
          ]),
      ),
    };
  }

  #localPort(container: Container, port: number | string): number {
    const declared =
      typeof port === 'string'
        ? container.ports?.find(p => p.name === port)?.containerPort
        : port;
    const local =
      declared === undefined ? undefined : this.record.ports.app[declared];
    if (local === undefined) {
      throw new Error(
        `container ${container.name} declares no port ${port} that a probe could use`,
      );
    }
    return local;
  }

  #changed(): void {
    this.#context.records.save(this.record);
    this.#dirty = true;
    this.#publishing ??= this.#publish().finally(() => {
      this.#publishing = undefined;
    });
  }

  async #publish(): Promise<void> {
    await Promise.resolve();
    while (this.#dirty && !this.#detached) {
      this.#dirty = false;
      const status = projectStatus({
        pod: { ...this.#pod, status: this.#published ?? this.#pod.status },
        containers: this.record.containers,
        podIp: this.record.ip,
        hostIp: this.#context.hostIp,
        startTime: this.record.startTime,
        proxyReady:
          this.#sidecar?.ready ??
          !(this.#context.mesh && wantsSidecar(this.#pod)),
        terminating: this.#terminating,
        now: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      });
      try {
        // Before the status, in both directions: nobody is sent to a pod that is on its way out, and a rollout that
        // waits for Ready goes on only when callers can reach the new pod.
        await this.#register(isReady(status));
        if (JSON.stringify(status) !== JSON.stringify(this.#published)) {
          await this.#context.client.merge(`${this.#path}/status`, {
            metadata: { uid: this.record.uid },
            status,
          });
          this.#published = status;
        }
      } catch (error) {
        if (error instanceof KubernetesError && error.status === 409) return;
        this.#context.log(`${this.#name}: ${(error as Error).message}`);
        await new Promise(resolve => setTimeout(resolve, 1000).unref());
        this.#dirty = true;
      }
    }
  }

  async #register(ready: boolean): Promise<void> {
    if (!this.#sidecar || this.#registered === ready) return;
    if (namedPorts(this.#pod).length === 0) return;
    if (ready) {
      await this.#context.client.apply(workloadEntryOf(this.#meshObject), {
        fieldManager: 'shopfloor-agent',
        force: true,
      });
    } else {
      await this.#context.client.delete(
        `${meshApi}/namespaces/${this.#pod.metadata.namespace}/workloadentries/${this.#pod.metadata.name}`,
      );
    }
    this.#registered = ready;
  }

  #event(
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    container?: string,
  ): void {
    this.#context.events.record({
      pod: this.#pod,
      type,
      reason,
      message,
      container,
    });
  }

  #allContainers(): Container[] {
    return [
      ...(this.#pod.spec.initContainers ?? []),
      ...this.#pod.spec.containers,
    ];
  }

  get #meshObject() {
    const { ports, egressAddress } = this.record;
    return { pod: this.#pod, ports, egressAddress };
  }

  get #name(): string {
    return `${this.#pod.metadata.namespace}/${this.#pod.metadata.name}`;
  }

  get #directory(): string {
    return join(
      this.#context.stateDir,
      'pods',
      `${this.record.namespace}_${this.record.name}`,
    );
  }

  get #path(): string {
    return `/api/v1/namespaces/${this.record.namespace}/pods/${this.record.name}`;
  }
}
