import type { ServiceMetrics } from '@shopfloor/service-kit';
import { Gauge } from 'prom-client';
import type { Logger } from 'pino';
import { DATA_HOLDERS } from '../domain/services.ts';
import type { JobStore } from '../store/JobStore.ts';

/** Options of {@link JobWatch}. */
export interface JobWatchOptions {
  jobs: JobStore;
  metrics: ServiceMetrics;
  logger: Logger;
}

/** Measures jobs for alerts, and tells services again that have long not erased. */
export class JobWatch {
  readonly #options: JobWatchOptions;
  readonly #jobs: Gauge<'job' | 'state'>;
  readonly #overdue: Gauge;
  readonly #waiting: Gauge<'waits_for'>;

  static create(options: JobWatchOptions): JobWatch {
    return new JobWatch(options);
  }

  private constructor(options: JobWatchOptions) {
    this.#options = options;
    const registers = [options.metrics.registry];
    this.#jobs = new Gauge({
      name: 'customers_jobs',
      help: 'Exports and erasures by state; exports that failed in the last 7 days.',
      labelNames: ['job', 'state'],
      registers,
    });
    this.#overdue = new Gauge({
      name: 'customers_erasures_overdue',
      help: 'Erasures past their deadline. Above 0 somebody has to act.',
      registers,
    });
    this.#waiting = new Gauge({
      name: 'customers_erasures_waiting',
      help: 'Running erasures that wait for a service.',
      labelNames: ['waits_for'],
      registers,
    });
  }

  /** One look. */
  async round(): Promise<boolean> {
    const { jobs, logger } = this.#options;
    const told = await jobs.emitAgain();
    if (told > 0) {
      logger.warn({ erasures: told }, 'Services were told again to erase');
    }
    const figures = await jobs.measure();
    this.#jobs.set(
      { job: 'erasure', state: 'running' },
      figures.erasuresRunning,
    );
    this.#jobs.set(
      { job: 'export', state: 'collecting' },
      figures.exportsCollecting,
    );
    this.#jobs.set({ job: 'export', state: 'failed' }, figures.exportsFailed);
    this.#overdue.set(figures.erasuresOverdue);
    for (const service of DATA_HOLDERS) {
      this.#waiting.set(
        { waits_for: service },
        figures.waiting.get(service) ?? 0,
      );
    }
    return false;
  }
}
