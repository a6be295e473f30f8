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
  /** How often what is due is looked for. */
  everyMs: number;
  reauthoriseBeforeSeconds: number;
}

const BATCH = 10;
const CLEANING_EVERY_MS = 3_600_000;

/**
 * Finishes what requests left: operations without an outcome, payments that something was heard of, redirects and authorisations that
 * end. Replicas share the work by leases in the rows, so a killed one's work is taken up when its lease is over.
 */
export class PaymentWorker {
  readonly #options: PaymentWorkerOptions;
  readonly #done: Counter<'work' | 'outcome'>;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #closed = false;
  #cleanAt = 0;

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

  start(): void {
    this.#timer = setInterval(() => this.wake(), this.#options.everyMs);
    this.wake();
  }

  /** Looks now; when it is looking already, once more afterwards. */
  wake(): void {
    if (this.#closed) {
      return;
    }
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) {
        this.#again = false;
        this.wake();
      }
    });
  }

  /** Finishes what is in hand. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (!this.#closed && (await this.#round())) {
        // There may be more.
      }
      if (performance.now() >= this.#cleanAt) {
        this.#cleanAt = performance.now() + CLEANING_EVERY_MS;
        await this.#options.store.dropOldWebhooks();
      }
    } catch (error) {
      this.#options.logger.warn({ error }, 'The payment worker was held up');
    }
  }

  async #round(): Promise<boolean> {
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
