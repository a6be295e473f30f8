import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Container, PodSpec } from '../kubernetes/types.ts';
import { afterExit, restartDelayMs } from './backoff.ts';
import type { ContainerLog } from './containerLog.ts';
import { runHandler, type HandlerTarget } from './handlers.ts';
import { LocalProcess, type ProcessExit } from './localProcess.ts';
import type { Mount } from './mountPaths.ts';
import type { ContainerRecord } from './podStatus.ts';
import { watchProbe } from './probeLoop.ts';

/** Why a container cannot be started yet, with Kubernetes' reason for it. */
export class WaitingError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.name = 'WaitingError';
    this.reason = reason;
  }
}

/** What a container is run with, worked out anew before each start. */
export interface Launch {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  imageID: string;
  /** Where its volumes are. */
  mounts: readonly Mount[];
}

/** Options of a {@link ContainerRunner}. */
export interface ContainerRunnerOptions {
  container: Container;
  restartPolicy: NonNullable<PodSpec['restartPolicy']>;
  /** Changed in place; the caller stores and publishes it in `onChange`. */
  record: ContainerRecord;
  log: ContainerLog;
  graceMs: number;
  /** @throws WaitingError when something is missing that may still come. */
  prepare(): Promise<Launch>;
  portOf(port: number | string): number;
  onChange(): void;
  onEvent(type: 'Normal' | 'Warning', reason: string, message: string): void;
}

const longestRetryMs = 10_000;

/** Runs one container of a pod: starts it, probes it, restarts it with back-off, stops it. */
export class ContainerRunner {
  readonly #options: ContainerRunnerOptions;
  readonly #stopping = new AbortController();
  #process: LocalProcess | undefined;
  #launch: Launch | undefined;
  #done: Promise<void> | undefined;

  constructor(options: ContainerRunnerOptions) {
    this.#options = options;
  }

  /** Runs until the container is finished for good by its restart policy, or until {@link stop}. */
  run(): Promise<void> {
    this.#done ??= this.#loop();
    return this.#done;
  }

  /** Ends the process, which is then started anew as the restart policy says. */
  restart(why: string): void {
    if (!this.#process?.running || this.#stopping.signal.aborted) return;
    this.#options.onEvent(
      'Normal',
      'Killing',
      `Container ${this.#options.container.name} ${why}`,
    );
    void this.#process.stop({ graceMs: this.#options.graceMs });
  }

  /** Lets the container end: preStop, SIGTERM, and SIGKILL when the grace is over. */
  async stop(options: { graceMs: number; settleMs: number }): Promise<void> {
    const deadline = Date.now() + options.graceMs;
    this.#stopping.abort();
    if (this.#process?.running) {
      const settled = delay(Math.min(options.settleMs, options.graceMs));
      await this.#preStop(options.graceMs);
      await settled;
      await this.#process.stop({
        graceMs: Math.max(0, deadline - Date.now()),
      });
    }
    await this.#done;
  }

  async #loop(): Promise<void> {
    const { record } = this.#options;
    const adopted = record.process && LocalProcess.adopt(record.process);
    if (adopted) {
      this.#process = adopted;
      this.#launch = await this.#options.prepare().catch(() => undefined);
    } else if (record.process || record.state.running) {
      this.#ended(
        {
          exitCode: 137,
          message: 'The process was gone when the node agent came back',
        },
        { byUs: true },
      );
    }
    while (!this.#stopping.signal.aborted) {
      if (!this.#process) {
        if (record.state.terminated) {
          if (this.#isFinal(record.state.terminated.exitCode)) return;
          await this.#backOff();
        }
        this.#process = await this.#start();
        if (!this.#process) return;
      }
      const exit = await this.#supervise(this.#process);
      this.#process = undefined;
      this.#ended(exit, { byUs: this.#stopping.signal.aborted });
    }
  }

  #isFinal(exitCode: number): boolean {
    const policy = this.#options.restartPolicy;
    return (
      this.#stopping.signal.aborted ||
      policy === 'Never' ||
      (policy === 'OnFailure' && exitCode === 0)
    );
  }

  async #backOff(): Promise<void> {
    const { record, container } = this.#options;
    const waitMs = restartDelayMs({ crashes: record.crashes });
    if (waitMs === 0) return;
    const message = `back-off ${waitMs / 1000}s restarting failed container=${container.name}`;
    record.lastState = record.state;
    record.state = { waiting: { reason: 'CrashLoopBackOff', message } };
    this.#options.onEvent('Warning', 'BackOff', message);
    this.#options.onChange();
    await delay(waitMs, undefined, { signal: this.#stopping.signal }).catch(
      () => {},
    );
  }

  async #start(): Promise<LocalProcess | undefined> {
    const { record, container } = this.#options;
    let retryMs = 500;
    while (!this.#stopping.signal.aborted) {
      try {
        const launch = await this.#options.prepare();
        await this.#options.log.startRun();
        const process = await LocalProcess.start({
          ...launch,
          logPath: this.#options.log.path,
        });
        this.#launch = launch;
        if (record.state.terminated) record.lastState = record.state;
        if (record.lastState.terminated) record.restartCount += 1;
        record.process = process.identity;
        record.containerID = `shopfloor://${randomUUID()}`;
        record.imageID = launch.imageID;
        record.state = { running: { startedAt: now() } };
        record.started = !container.startupProbe;
        record.ready = record.started && !container.readinessProbe;
        this.#options.onEvent(
          'Normal',
          'Started',
          `Started container ${container.name}`,
        );
        this.#options.onChange();
        if (container.lifecycle?.postStart) {
          await runHandler(container.lifecycle.postStart, this.#target(), {
            timeoutMs: this.#options.graceMs,
          });
        }
        return process;
      } catch (error) {
        const reason =
          error instanceof WaitingError ? error.reason : 'RunContainerError';
        const { message } = error as Error;
        if (record.state.terminated) record.lastState = record.state;
        record.state = { waiting: { reason, message } };
        this.#options.onEvent('Warning', 'Failed', `${reason}: ${message}`);
        this.#options.onChange();
        await delay(retryMs, undefined, {
          signal: this.#stopping.signal,
        }).catch(() => {});
        retryMs = Math.min(longestRetryMs, retryMs * 2);
      }
    }
    return undefined;
  }

  async #supervise(process: LocalProcess): Promise<ProcessExit> {
    const { container, record } = this.#options;
    if (this.#stopping.signal.aborted) {
      // Asked to stop while the process was being started.
      void process.stop({ graceMs: 1000 });
    }
    const probes = new AbortController();
    const signal = AbortSignal.any([probes.signal, this.#stopping.signal]);
    const watch = (kind: 'startup' | 'readiness' | 'liveness') => {
      const probe = container[`${kind}Probe`];
      if (!probe) return Promise.resolve();
      return watchProbe({
        kind,
        probe,
        target: this.#target(),
        signal,
        ...(kind === 'readiness' && { passing: record.ready }),
        onVerdict: passing => {
          if (kind === 'readiness') record.ready = passing;
          if (kind === 'startup') record.started = passing;
          if (kind !== 'liveness') this.#options.onChange();
        },
        onFailure: message =>
          this.#options.onEvent(
            'Warning',
            'Unhealthy',
            `${kind[0].toUpperCase()}${kind.slice(1)} probe failed: ${message}`,
          ),
        onRestartWanted: () => {
          this.#options.onEvent(
            'Normal',
            'Killing',
            `Container ${container.name} failed ${kind} probe, will be restarted`,
          );
          void process.stop({ graceMs: this.#options.graceMs });
        },
      });
    };
    const probing = (async () => {
      if (!record.started) {
        await watch('startup');
        if (signal.aborted || !record.started) return;
        if (!container.readinessProbe && !record.ready) {
          record.ready = true;
          this.#options.onChange();
        }
      }
      await Promise.all([watch('readiness'), watch('liveness')]);
    })();
    const exit = await process.exited;
    // What it started goes with it, as with a container.
    process.kill();
    probes.abort();
    await probing;
    return exit;
  }

  /** `byUs`: it did not fall over, it was ended with its pod or its machine, which the back-off does not count. */
  #ended(exit: ProcessExit, options: { byUs: boolean }): void {
    const { record } = this.#options;
    const startedAt = record.state.running?.startedAt;
    if (!options.byUs) {
      const ranForMs = startedAt ? Date.now() - Date.parse(startedAt) : 0;
      record.crashes = afterExit({ crashes: record.crashes }, ranForMs).crashes;
    }
    record.process = undefined;
    record.ready = false;
    record.started = false;
    record.state = {
      terminated: {
        exitCode: exit.exitCode,
        ...(exit.signal && { signal: exit.signal }),
        reason: exit.exitCode === 0 ? 'Completed' : 'Error',
        ...(exit.message && { message: exit.message }),
        ...(startedAt && { startedAt }),
        finishedAt: now(),
        ...(record.containerID && { containerID: record.containerID }),
      },
    };
    this.#options.onChange();
  }

  async #preStop(graceMs: number): Promise<void> {
    const hook = this.#options.container.lifecycle?.preStop;
    if (!hook) return;
    const outcome = await Promise.race([
      runHandler(hook, this.#target(), { timeoutMs: graceMs }),
      this.#process!.exited.then(() => undefined),
    ]);
    if (outcome && !outcome.success) {
      this.#options.onEvent(
        'Warning',
        'FailedPreStopHook',
        `PreStopHook failed: ${outcome.message}`,
      );
    }
  }

  #target(): HandlerTarget {
    return {
      portOf: this.#options.portOf,
      cwd: this.#launch?.cwd ?? '/',
      env: this.#launch?.env ?? {},
      mounts: this.#launch?.mounts ?? [],
    };
  }
}

function now(): string {
  // Kubernetes' times have no fractions of a second.
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
