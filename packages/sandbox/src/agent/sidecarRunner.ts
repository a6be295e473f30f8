import { mkdir } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { Pod } from '../kubernetes/types.ts';
import {
  proxyCommand,
  writeProxyCredentials,
  type ProxyOptions,
} from '../mesh/proxy.ts';
import { isAlive } from '../supervisor/processes.ts';
import { LocalProcess } from './localProcess.ts';
import { meshLabels } from './meshObjects.ts';
import type { PodRecord } from './podRecords.ts';

/** Programs and addresses that proxies need. */
export interface MeshPrograms {
  pilotAgent: string;
  envoy: string;
  discoveryAddress: string;
}

/** Options of a {@link SidecarRunner}. */
export interface SidecarRunnerOptions {
  client: KubernetesClient;
  pod: Pod;
  record: PodRecord;
  mesh: MeshPrograms;
  /** The pod's folder. */
  directory: string;
  childEnv: Record<string, string>;
  onChange(): void;
  onTrouble(message: string): void;
}

const tokenSeconds = 24 * 3600;
const tokenRefreshMs = 8 * 3600 * 1000;
const startPollMs = 100;
const runningPollMs = 10_000;

/** Keeps the proxy of one pod running. */
export class SidecarRunner {
  readonly #options: SidecarRunnerOptions;
  readonly #stopping = new AbortController();
  #process: LocalProcess | undefined;
  #ready = false;
  #done: Promise<void> | undefined;
  #refresh: NodeJS.Timeout | undefined;

  constructor(options: SidecarRunnerOptions) {
    this.#options = options;
    const { sidecar } = options.record;
    // One that an earlier agent left running is taken as ready until asked, or the pod would leave the mesh for a moment.
    this.#ready = sidecar !== undefined && isAlive(sidecar);
  }

  /** Whether Envoy has its certificate and listeners. */
  get ready(): boolean {
    return this.#ready;
  }

  start(): void {
    if (!this.#stopping.signal.aborted) {
      this.#done ??= this.#loop();
    }
  }

  /** Drains and ends the proxy; called after the pod's containers are gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#refresh);
    await this.#process?.stop({ graceMs: 5000 });
    await this.#done;
  }

  get #directory(): string {
    return join(this.#options.directory, 'istio-proxy');
  }

  async #loop(): Promise<void> {
    const { record } = this.#options;
    this.#refresh = setInterval(() => {
      this.#credentials().catch(error =>
        this.#options.onTrouble(
          `cannot renew the proxy's token: ${error.message}`,
        ),
      );
    }, tokenRefreshMs);
    this.#process = record.sidecar && LocalProcess.adopt(record.sidecar);
    let waitMs = 250;
    while (!this.#stopping.signal.aborted) {
      try {
        this.#process ??= await this.#launch();
        const began = Date.now();
        await this.#followHealth(this.#process);
        await this.#process.exited;
        // An Envoy that outlives its pilot-agent would keep the ports of the next one.
        this.#process.kill();
        if (Date.now() - began > 60_000) waitMs = 250;
        if (!this.#stopping.signal.aborted) {
          this.#options.onTrouble('the proxy ended and is started again');
        }
      } catch (error) {
        this.#options.onTrouble((error as Error).message);
      }
      this.#process = undefined;
      this.#setReady(false);
      await delay(waitMs, undefined, { signal: this.#stopping.signal }).catch(
        () => {},
      );
      waitMs = Math.min(10_000, waitMs * 2);
    }
  }

  async #launch(): Promise<LocalProcess> {
    const { pod, record, mesh, childEnv } = this.#options;
    await mkdir(this.#directory, { recursive: true });
    await this.#credentials();
    const options: ProxyOptions = {
      role: 'sidecar',
      ...mesh,
      directory: this.#directory,
      name: pod.metadata.name,
      namespace: pod.metadata.namespace!,
      serviceAccount: pod.spec.serviceAccountName ?? 'default',
      labels: meshLabels(pod),
      ip: record.ip,
      adminPort: record.ports.admin,
      statusPort: record.ports.status,
      drainSeconds: 1,
    };
    const command = proxyCommand(options);
    const process = await LocalProcess.start({
      ...command,
      env: { ...childEnv, SHOPFLOOR_POD_UID: record.uid, ...command.env },
      logPath: join(this.#options.directory, 'istio-proxy.log'),
    });
    record.sidecar = process.identity;
    this.#options.onChange();
    return process;
  }

  #credentials(): Promise<void> {
    const { client, pod } = this.#options;
    return writeProxyCredentials({
      client,
      directory: this.#directory,
      namespace: pod.metadata.namespace!,
      serviceAccount: pod.spec.serviceAccountName ?? 'default',
      expirationSeconds: tokenSeconds,
      pod: { name: pod.metadata.name, uid: pod.metadata.uid! },
    });
  }

  async #followHealth(process: LocalProcess): Promise<void> {
    const url = `http://127.0.0.1:${this.#options.record.ports.status}/healthz/ready`;
    while (process.running && !this.#stopping.signal.aborted) {
      this.#setReady(await answers(url));
      const pause = new AbortController();
      await Promise.race([
        process.exited,
        delay(this.#ready ? runningPollMs : startPollMs, undefined, {
          signal: AbortSignal.any([pause.signal, this.#stopping.signal]),
        }).catch(() => {}),
      ]);
      pause.abort();
    }
  }

  #setReady(ready: boolean): void {
    if (this.#ready !== ready) {
      this.#ready = ready;
      this.#options.onChange();
    }
  }
}

function answers(url: string): Promise<boolean> {
  return new Promise(resolve => {
    const signal = AbortSignal.timeout(2000);
    get(url, { agent: false, signal }, answer => {
      answer.resume();
      resolve(answer.statusCode === 200);
    }).once('error', () => resolve(false));
  });
}
