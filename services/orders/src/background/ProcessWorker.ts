import { newId, runInRequestContext } from '@shopfloor/service-kit';
import type { ProcessRunner } from '../domain/ProcessRunner.ts';
import type { OrderStore } from '../store/OrderStore.ts';

/** Options of {@link ProcessWorker}. */
export interface ProcessWorkerOptions {
  store: OrderStore;
  runner: ProcessRunner;
  leaseMs: number;
}

const BATCH = 16;

/** Takes orders whose time has come, or whose process died, and leads them on. */
export class ProcessWorker {
  readonly #options: ProcessWorkerOptions;

  static create(options: ProcessWorkerOptions): ProcessWorker {
    return new ProcessWorker(options);
  }

  private constructor(options: ProcessWorkerOptions) {
    this.#options = options;
  }

  /** @returns whether there may be more */
  async turn(): Promise<boolean> {
    const { leaseMs, runner, store } = this.#options;
    const orders = await store.claimDue(BATCH, leaseMs);
    await Promise.all(
      orders.map(order =>
        runInRequestContext({ requestId: newId() }, () =>
          runner.runInBackground(order),
        ),
      ),
    );
    return orders.length === BATCH;
  }
}
