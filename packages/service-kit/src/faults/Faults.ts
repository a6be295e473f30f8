import { setTimeout as delay } from 'node:timers/promises';
import { Counter } from 'prom-client';
import type { Logger } from 'pino';
import { type ConfigOf, flag } from '../config/defineConfig.ts';
import type { Flags } from '../flags/Flags.ts';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import { UnavailableError } from '../problems/DomainError.ts';
import {
  chooseFault,
  type FaultMode,
  type FaultSpec,
  NO_FAULT,
  parseFaultSpec,
} from './faultSpec.ts';

/** The keys of a service in which faults can be injected. */
export const faultsConfigSpec = {
  SHOPFLOOR_HARDENED: flag({
    description:
      'Whether this is the hardened configuration, in which nothing made for tests and drills exists.',
    default: false,
  }),
  FAULTS_ENABLED: flag({
    description:
      'Whether flags named `fault.*` inject faults, for drills. The hardened configuration refuses to start with it.',
    default: false,
  }),
};

/** Configuration of fault injection. */
export type FaultsConfig = ConfigOf<typeof faultsConfigSpec>;

/** Options of {@link Faults}. */
export interface FaultsOptions {
  flags: Flags;
  /** Whether the configuration is hardened; then no faults can exist. */
  hardened: boolean;
  metrics: ServiceMetrics;
  logger: Logger;
  /** A number in [0, 1). */
  random?: () => number;
  /** How long what a flag said is used again, besides being dropped when flags change. */
  reuseMs?: number;
  now?: () => number;
}

/** A call was refused on purpose, for a drill. */
export class InjectedFaultError extends UnavailableError {
  /** `drop`: as if the connection had been cut before anything was sent. */
  readonly mode: 'error' | 'drop';

  constructor(options: { target: string; mode: 'error' | 'drop' }) {
    super({
      code: 'injected-fault',
      message: `A drill lets ${options.target} fail on purpose.`,
    });
    this.mode = options.mode;
  }
}

/**
 * Injects latency, errors and cut connections where flags say so: the flag
 * `fault.<name>` holds a {@link FaultSpec}; the name is a dependency, such as
 * `inventory`, or a route, such as `POST /orders`.
 */
export class Faults {
  readonly #flags: Flags;
  readonly #logger: Logger;
  readonly #injected: Counter<'target' | 'mode'>;
  readonly #random: () => number;
  readonly #now: () => number;
  readonly #reuseMs: number;
  readonly #specs = new Map<string, { at: number; spec: FaultSpec }>();

  /** @throws Error in the hardened configuration */
  static create(options: FaultsOptions): Faults {
    if (options.hardened) {
      throw new Error(
        'Faults cannot be injected in the hardened configuration. Unset FAULTS_ENABLED.',
      );
    }
    return new Faults(options);
  }

  /**
   * The faults of a service; undefined when they are switched off.
   *
   * @throws Error when they are switched on in the hardened configuration
   */
  static fromConfig(
    options: Omit<FaultsOptions, 'hardened'> & { config: FaultsConfig },
  ): Faults | undefined {
    const { config, ...rest } = options;
    return config.FAULTS_ENABLED
      ? Faults.create({ ...rest, hardened: config.SHOPFLOOR_HARDENED })
      : undefined;
  }

  private constructor(options: FaultsOptions) {
    this.#flags = options.flags;
    this.#logger = options.logger;
    this.#random = options.random ?? Math.random;
    this.#now = options.now ?? (() => performance.now());
    this.#reuseMs = options.reuseMs ?? 1000;
    this.#injected = new Counter({
      name: 'faults_injected_total',
      help: 'Faults injected on purpose, for drills.',
      labelNames: ['target', 'mode'],
      registers: [options.metrics.registry],
    });
    this.#flags.onChange(() => this.#specs.clear());
  }

  /**
   * To be awaited before a dependency is called: may take long.
   *
   * @throws InjectedFaultError instead of the call
   */
  async beforeCall(dependency: string): Promise<void> {
    const mode = await this.decide(dependency);
    if (mode === 'error' || mode === 'drop') {
      throw new InjectedFaultError({ target: dependency, mode });
    }
  }

  /** Adds the latency of a target and says what else is to happen. Marks it in metrics and logs. */
  async decide(target: string): Promise<FaultMode> {
    const spec = await this.#specOf(target);
    if (spec === NO_FAULT) {
      return 'none';
    }
    if (spec.latencyMs > 0) {
      this.#mark(target, 'latency', spec);
      await delay(spec.latencyMs);
    }
    const mode = chooseFault(spec, this.#random());
    if (mode !== 'none') {
      this.#mark(target, mode, spec);
    }
    return mode;
  }

  async #specOf(target: string): Promise<FaultSpec> {
    const known = this.#specs.get(target);
    const now = this.#now();
    if (known && now - known.at < this.#reuseMs) {
      return known.spec;
    }
    const value = await this.#flags.object<Record<string, unknown>>(
      `fault.${target}`,
      {},
    );
    const parsed = parseFaultSpec(value);
    const spec = Object.values(parsed).some(part => part > 0)
      ? parsed
      : NO_FAULT;
    this.#specs.set(target, { at: now, spec });
    return spec;
  }

  #mark(target: string, mode: string, spec: FaultSpec): void {
    this.#injected.inc({ target, mode });
    this.#logger.warn(
      { fault: { target, mode, latency_ms: spec.latencyMs } },
      'Injected a fault on purpose',
    );
  }
}
