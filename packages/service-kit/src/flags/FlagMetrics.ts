import { Counter, Gauge } from 'prom-client';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';

/** Why a fallback was given though there is a flag, or what else went wrong. */
export type FlagProblem = 'type' | 'error' | 'source';

/** What is wrong with flags, for alerts. */
export class FlagMetrics {
  readonly #problems: Counter<'problem'>;
  readonly #usable: Gauge;

  static create(metrics: ServiceMetrics): FlagMetrics {
    return new FlagMetrics(metrics);
  }

  private constructor(metrics: ServiceMetrics) {
    this.#problems = new Counter({
      name: 'flags_problems_total',
      help: 'Evaluations that gave the fallback for a reason other than absence, and sources that could not be read.',
      labelNames: ['problem'],
      registers: [metrics.registry],
    });
    this.#usable = new Gauge({
      name: 'flags_source_usable',
      help: '1 while the source of flags is readable and valid; 0: the last good one is in use.',
      registers: [metrics.registry],
    });
  }

  countProblem(problem: FlagProblem): void {
    this.#problems.inc({ problem });
  }

  setUsable(usable: boolean): void {
    this.#usable.set(usable ? 1 : 0);
  }
}
