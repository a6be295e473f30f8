import { LoggerService } from '@backstage/backend-plugin-api';
import { SystemProblem, SystemStatus } from '@shopfloor/plugin-status-common';
import { SystemConfig } from '../config';
import { StoredSystem, SystemStore } from '../database/SystemStore';
import { Probe } from '../probes/Probe';
import { describeProblem } from './describeProblem';

/** A system and what asks it; no probe when it is not connected. */
export interface MonitoredSystem {
  config: SystemConfig;
  probe: Probe | undefined;
}

export interface SystemMonitorOptions {
  systems: MonitoredSystem[];
  store: SystemStore;
  logger: LoggerService;
  intervalMs: number;
  deadlineMs: number;
  /** Default: the machine's clock. */
  now?: () => Date;
}

interface Observation extends StoredSystem {
  observedAt: Date;
  latencyMs?: number;
  problem?: SystemProblem;
}

/**
 * Asks every system again and again and knows how each is.
 *
 * Reading never waits for a system: it gives what was last observed. An observation that has grown old is unknown.
 */
export class SystemMonitor {
  readonly #options: SystemMonitorOptions;
  readonly #now: () => Date;
  readonly #observations = new Map<string, Observation>();
  readonly #unsaved = new Set<string>();
  #remembered: Map<string, StoredSystem> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: SystemMonitorOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** Starts asking; returns at once. */
  start(): void {
    void this.#round();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** How the systems are, in the order of the configuration. */
  list(): SystemStatus[] {
    return this.#options.systems.map(system => this.#statusOf(system));
  }

  /** Asks every system once, each with its own deadline. */
  async observe(): Promise<void> {
    await this.#recall();
    await Promise.all(
      this.#options.systems.map(async ({ config, probe }) => {
        if (probe) await this.#observeOne(config.name, probe);
      }),
    );
    await this.#save();
  }

  async #round(): Promise<void> {
    try {
      await this.observe();
    } catch (error) {
      this.#options.logger.error(
        'Could not observe the systems',
        error as Error,
      );
    }
    if (!this.#stopped) {
      this.#timer = setTimeout(() => this.#round(), this.#options.intervalMs);
      this.#timer.unref();
    }
  }

  /** Also tried later when the database is the system that fails. */
  async #recall(): Promise<void> {
    if (this.#remembered) return;
    try {
      this.#remembered = await this.#options.store.list();
    } catch (error) {
      this.#options.logger.warn(
        'Could not recall since when systems are in their state',
        error as Error,
      );
    }
  }

  async #observeOne(name: string, probe: Probe): Promise<void> {
    const { deadlineMs, logger } = this.#options;
    const startedAt = performance.now();
    let answer: { version?: string } | undefined;
    let problem: SystemProblem | undefined;
    try {
      answer = await probe.ask(AbortSignal.timeout(deadlineMs));
    } catch (error) {
      problem = describeProblem(error, deadlineMs);
    }
    const latencyMs = Math.round(performance.now() - startedAt);
    const state = problem ? 'failing' : 'ok';
    const observedAt = this.#now();
    const before = this.#observations.get(name) ?? this.#remembered?.get(name);
    const version = answer?.version ?? before?.version;
    if (before?.state !== state || before.version !== version) {
      this.#unsaved.add(name);
    }
    if (before?.state !== state) {
      logger.info(
        problem
          ? `${name} is failing: ${problem.message}`
          : `${name} is ok${version ? ` (${version})` : ''}`,
      );
    }
    this.#observations.set(name, {
      state,
      since: before?.state === state ? before.since : observedAt,
      observedAt,
      ...(version !== undefined && { version }),
      ...(problem ? { problem } : { latencyMs }),
    });
  }

  async #save(): Promise<void> {
    for (const name of this.#unsaved) {
      const { state, since, version } = this.#observations.get(name)!;
      try {
        await this.#options.store.put(name, {
          state,
          since,
          ...(version !== undefined && { version }),
        });
        this.#unsaved.delete(name);
      } catch {
        // The database itself may be the system that fails; the next round tries again.
        return;
      }
    }
  }

  #statusOf({ config, probe }: MonitoredSystem): SystemStatus {
    const { name, title, kind, impact, connect } = config;
    const fixed = { name, title, kind, impact, connect };
    if (!probe) {
      return { ...fixed, state: 'not-connected' };
    }
    const { address } = probe;
    const observation = this.#observations.get(name);
    if (!observation) {
      return { ...fixed, address, state: 'unknown' };
    }
    const { intervalMs, deadlineMs } = this.#options;
    const observedAt = observation.observedAt.toISOString();
    const version = observation.version && { version: observation.version };
    const ageMs = this.#now().getTime() - observation.observedAt.getTime();
    if (ageMs > 3 * intervalMs + deadlineMs) {
      return { ...fixed, address, state: 'unknown', observedAt, ...version };
    }
    return {
      ...fixed,
      address,
      state: observation.state,
      since: observation.since.toISOString(),
      observedAt,
      ...version,
      ...(observation.latencyMs !== undefined && {
        latencyMs: observation.latencyMs,
      }),
      ...(observation.problem && { problem: observation.problem }),
    };
  }
}
