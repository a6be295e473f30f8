import type { LeaseStore } from '../store/ReconciliationStore.ts';
import type { ReservationStore } from '../store/ReservationStore.ts';

/** Options of {@link Sweeper}. */
export interface SweeperOptions {
  reservations: ReservationStore;
  leases: LeaseStore;
  /** Most holds one statement ends. */
  batchSize?: number;
}

const LEASE = { name: 'sweep', seconds: 15 };

/**
 * Ends holds past their time. One instance sweeps at a time; the others would only
 * wait for the same rows. Nothing depends on it for being right: reads leave such
 * holds out, and who needs their stock reclaims it.
 */
export class Sweeper {
  readonly #options: SweeperOptions;

  static create(options: SweeperOptions): Sweeper {
    return new Sweeper(options);
  }

  private constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** Sweeps until nothing is left. @returns how many holds it ended */
  async run(signal?: AbortSignal): Promise<number> {
    const { reservations, leases, batchSize = 100 } = this.#options;
    let total = 0;
    while (!signal?.aborted && (await leases.take(LEASE))) {
      const ended = await reservations.sweep(batchSize);
      total += ended;
      if (ended < batchSize) {
        break;
      }
    }
    return total;
  }

  /** Lets another instance take over at once. */
  async close(): Promise<void> {
    await this.#options.leases.drop(LEASE.name);
  }
}
