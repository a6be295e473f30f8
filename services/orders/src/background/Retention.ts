import type {
  createLogger,
  ServiceMetrics,
  WorkLease,
} from '@shopfloor/service-kit';
import { Counter } from 'prom-client';
import { type RetentionPolicy, shortestYears } from '../domain/retention.ts';
import {
  deleteHistoryStatement,
  deleteRetainedStatement,
} from '../store/retentionStatements.ts';

/** Options of {@link Retention}. */
export interface RetentionOptions {
  policy: RetentionPolicy;
  /** Of the replica that does it; each batch is bound to it. */
  lease: WorkLease;
  metrics: ServiceMetrics;
  logger: ReturnType<typeof createLogger>;
  /** Most orders of one batch. Default 200. */
  batch?: number;
}

const BATCH = 200;

/**
 * Deletes orders that the law no longer asks to keep, a batch at a time: an order goes
 * whole, in one transaction, or not at all.
 */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #deleted: Counter;

  static create(options: RetentionOptions): Retention {
    return new Retention(options);
  }

  private constructor(options: RetentionOptions) {
    this.#options = options;
    this.#deleted = new Counter({
      name: 'orders_retention_deleted_total',
      help: 'Orders deleted after their legal retention.',
      registers: [options.metrics.registry],
    });
  }

  /**
   * Deletes a batch.
   *
   * @returns whether there may be more
   * @throws LeaseLostError when another replica does it by now; then nothing was deleted
   */
  async round(): Promise<boolean> {
    const { policy, lease, logger, batch = BATCH } = this.#options;
    const deleted = await lease.fenced(async tx => {
      const rows = await tx.query<{ id: string }>(deleteRetainedStatement, [
        JSON.stringify(policy.byCountry),
        policy.years,
        shortestYears(policy),
        batch,
      ]);
      await tx.query(deleteHistoryStatement, [rows.map(({ id }) => id)]);
      return rows.length;
    });
    if (deleted > 0) {
      this.#deleted.inc(deleted);
      logger.info(
        { orders: deleted },
        'Orders were deleted after their legal retention',
      );
    }
    return deleted === batch;
  }
}
