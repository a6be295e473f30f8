import { Counter } from 'prom-client';
import type { Logger } from 'pino';
import type { ServiceMetrics } from '@shopfloor/service-kit';
import type { ProviderDriver } from '../domain/ProviderDriver.ts';
import type { PaymentStore } from '../store/PaymentStore.ts';

/** Options of {@link PaymentWorker}. */
export interface PaymentWorkerOptions {
  store: PaymentStore;
  driver: ProviderDriver;
  metrics: ServiceMetrics;
  logger: Logger;
  reauthoriseBeforeSeconds: number;
}

const BATCH = 10;

/**
 * Finishes what requests left: operations without an outcome, payments that something was heard of, redirects and authorisations that
 * end. Replicas share the work by leases in the rows, so a killed one's work is taken up when its lease is over.
 */
export class PaymentWorker {
  readonly #options: PaymentWorkerOptions;
  readonly #done: Counter<'work' | 'outcome'>;

  static create(options: PaymentWorkerOptions): PaymentWorker {
    return new PaymentWorker(options);
  }

  private constructor(options: PaymentWorkerOptions) {
    this.#options = options;
    this.#done = new Counter({
      name: 'payments_worker_total',
      help: 'Operations and payments the worker took up, by outcome.',
      labelNames: ['work', 'outcome'],
      registers: [options.metrics.registry],
    });
  }

  /** Takes up a batch. @returns whether there may be more */
  async round(): Promise<boolean> {
    const { store, driver, reauthoriseBeforeSeconds } = this.#options;
    const lease = { leaseSeconds: driver.leaseSeconds, limit: BATCH };
    const operations = await store.claimOperations(lease);
    const refreshes = await store.claimRefreshes({
      ...lease,
      reauthoriseBeforeSeconds,
    });
    await Promise.all([
      ...operations.map(operation =>
        this.#guard('operation', operation.paymentId, () =>
          driver.perform(operation),
        ),
      ),
      ...refreshes.map(refresh =>
        this.#guard('refresh', refresh.paymentId, () => driver.attend(refresh)),
      ),
    ]);
    return operations.length === BATCH || refreshes.length === BATCH;
  }

  async #guard(
    work: 'operation' | 'refresh',
    paymentId: string,
    task: () => Promise<void>,
  ): Promise<void> {
    try {
      await task();
      this.#done.inc({ work, outcome: 'done' });
    } catch (error) {
      this.#done.inc({ work, outcome: 'held-up' });
      this.#options.logger.warn(
        { error, payment_id: paymentId, work },
        'A payment could not be brought together with its provider; trying again',
      );
    }
  }
}
