import type { Logger } from 'pino';
import type { CartStore } from '../store/CartStore.ts';

/** Options of {@link Sweeper}. */
export interface SweeperOptions {
  store: Pick<CartStore, 'sweep' | 'releaseSweep'>;
  /** Name of this replica. */
  holder: string;
  intervalMs: number;
  logger: Logger;
  /** Told how many were deleted; `open` are those that somebody had abandoned. */
  onSwept?: (swept: { total: number; open: number }) => void;
}

const BATCH = 500;

/**
 * Deletes expired carts. One replica at a time, by a lease that ends by the clock of
 * the database when its holder dies. Nothing depends on it: an expired cart is gone
 * for shoppers at its moment.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  static create(options: SweeperOptions): Sweeper {
    return new Sweeper(options);
  }

  private constructor(options: SweeperOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#closed) {
      return;
    }
    this.#timer = setTimeout(() => {
      this.#running = this.sweep()
        .catch(error =>
          this.#options.logger.warn({ error }, 'Expired carts were not swept'),
        )
        .finally(() => this.start());
    }, this.#options.intervalMs);
  }

  /** Deletes what has expired by now, unless another replica does. */
  async sweep(): Promise<void> {
    const { store, holder, intervalMs, onSwept } = this.#options;
    const leaseSeconds = Math.ceil((intervalMs * 3) / 1000);
    while (!this.#closed) {
      const swept = await store.sweep({ holder, leaseSeconds, batch: BATCH });
      if (!swept) {
        return;
      }
      onSwept?.(swept);
      if (swept.total < BATCH) {
        return;
      }
    }
  }

  /** Finishes the batch in hand and gives the lease back. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
    await this.#options.store.releaseSweep(this.#options.holder);
  }
}
