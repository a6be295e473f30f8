import type { ReservationStore } from '../store/ReservationStore.ts';

/** Options of {@link Sweeper}. */
export interface SweeperOptions {
  reservations: Pick<ReservationStore, 'sweep'>;
  /** Most holds one statement ends. */
  batchSize?: number;
}

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
    const { reservations, batchSize = 100 } = this.#options;
    let total = 0;
    let ended = batchSize;
    while (ended === batchSize && !signal?.aborted) {
      ended = await reservations.sweep(batchSize);
      total += ended;
    }
    return total;
  }
}
