import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type KubernetesClient,
  KubernetesError,
} from '../kubernetes/client.ts';
import type { Container, Pod, PodStatus } from '../kubernetes/types.ts';
import { isAlive } from '../supervisor/processes.ts';
import { ContainerLog } from './containerLog.ts';
import { ContainerRunner } from './containerRunner.ts';
import type { EventRecorder } from './eventRecorder.ts';
import { LaunchPlanner, localPort } from './launchPlanner.ts';
import { sidecarOf, wantsSidecar } from './meshObjects.ts';
import { mountedNames } from './mountPaths.ts';
import { PodPublisher } from './podPublisher.ts';
import type { PodRecord, PodRecords } from './podRecords.ts';
import { newContainerRecord, projectStatus } from './podStatus.ts';
import { PodVolumes } from './PodVolumes.ts';
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

/** The life of one pod. */
export class PodWorker {
  readonly #context: NodeContext;
  readonly record: PodRecord;
  #pod: Pod;
  readonly #runners = new Map<string, ContainerRunner>();
  readonly #logs = new Map<string, ContainerLog>();
  readonly #sidecar: SidecarRunner | undefined;
  readonly #volumes: PodVolumes;
  readonly #planner: LaunchPlanner;
  readonly #publisher: PodPublisher;
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
    const { mesh, client, stateDir, childEnv, hostIp, log } = this.#context;
    const inMesh = mesh !== undefined && wantsSidecar(this.#pod);
    this.#sidecar = inMesh ? this.#newSidecar(mesh) : undefined;
    const { pod, record } = this;
    this.#volumes = new PodVolumes({
      client,
      pod,
      directory: this.#directory,
      onTrouble: message => this.#event('Warning', 'FailedMount', message),
    });
    this.#planner = new LaunchPlanner({
      volumes: this.#volumes,
      client,
      stateDir,
      childEnv,
      hostIp,
      pod,
      record,
      inMesh,
    });
    this.#publisher = new PodPublisher({
      client,
      record,
      inMesh,
      pod: () => this.#pod,
      project: published => this.#project(published),
      log: message => log(`${this.#name}: ${message}`),
    });
  }

  /**
   * A pod none of whose programs runs any more starts from the beginning, as after a reboot of its node: what
   * its init containers did belonged to the last time.
   */
  async #forgetInitialization(): Promise<void> {
    const { containers, initContainers = [] } = this.#pod.spec;
    const runs = containers.some(({ name }) => {
      const { process } = this.record.containers[name];
      return process !== undefined && isAlive(process);
    });
    const isOver = ['Succeeded', 'Failed'].includes(
      this.#pod.status?.phase ?? '',
    );
    if (runs || isOver) return;
    await this.#volumes.reset();
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

  /**
   * The machine has slept. Containers that sign in by a token wait by timers that stood still, for ends that may be over; they
   * start anew. A cluster would have moved the whole pod away from a node that was silent for so long.
   */
  wake(): void {
    const { containers, volumes = [] } = this.#pod.spec;
    const tokens = volumes
      .filter(v => v.projected?.sources?.some(s => s.serviceAccountToken))
      .map(v => v.name);
    for (const { name } of containers.filter(c =>
      mountedNames(c).some(volume => tokens.includes(volume)),
    )) {
      this.#runners.get(name)?.restart('was asleep and is started anew');
    }
  }

  /** Takes in what the API server says about the pod. */
  observe(pod: Pod): void {
    this.#pod = pod;
    this.#publisher.compare(pod);
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
    await this.#publisher.settled();
    await this.#stopProcesses(graceMs, this.#sidecar ? settleMs : 0);
    await this.#publisher.settled();
    await Promise.all([...this.#logs.values()].map(log => log.unread(2000)));
    // Before the object goes: a pod of the same name may come right after it.
    await this.#removeDirectory();
    await this.#context.client
      .delete(
        `/api/v1/namespaces/${this.record.namespace}/pods/${this.record.name}`,
        {
          kind: 'DeleteOptions',
          apiVersion: 'v1',
          gracePeriodSeconds: 0,
          preconditions: { uid: metadata.uid },
        },
      )
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
    this.#publisher.close();
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
    this.#publisher.close();
    await this.#stopProcesses(graceMs, 0);
  }

  async #stopProcesses(graceMs: number, settle: number): Promise<void> {
    this.#volumes.close();
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
    await this.#forgetInitialization();
    this.#changed();
    await this.#startSidecar();
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
      this.#volumes.close();
      await this.#sidecar?.stop();
      this.#changed();
    }
  }

  #newSidecar(mesh: MeshPrograms): SidecarRunner {
    return new SidecarRunner({
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
  }

  async #startSidecar(): Promise<void> {
    if (!this.#sidecar) return;
    try {
      await this.#context.client.apply(
        sidecarOf({ ...this.record, pod: this.#pod }),
        { fieldManager: 'shopfloor-agent', force: true },
      );
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
      prepare: () => this.#planner.plan(container),
      portOf: port => localPort({ container, port, ports: this.record.ports }),
      onChange: () => this.#changed(),
      onEvent: (type, reason, message) =>
        this.#event(type, reason, message, container.name),
    });
    this.#runners.set(container.name, runner);
    return runner;
  }

  #changed(): void {
    this.#context.records.save(this.record);
    this.#publisher.changed();
  }

  #project(published: PodStatus | undefined): PodStatus {
    return projectStatus({
      pod: { ...this.#pod, status: published ?? this.#pod.status },
      containers: this.record.containers,
      podIp: this.record.ip,
      hostIp: this.#context.hostIp,
      startTime: this.record.startTime,
      proxyReady: this.#sidecar?.ready ?? true,
      terminating: this.#terminating,
      now: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    });
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
}
