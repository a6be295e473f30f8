import { erasureCompletedEvent } from '../events/shipmentEvents.ts';
import type { ShipmentStore } from '../store/ShipmentStore.ts';

/** Options of {@link ErasureWorker}. */
export interface ErasureWorkerOptions {
  store: ShipmentStore;
  /** Days after its end that the address of a shipment is kept. */
  retentionDays: number;
}

const BATCH = 500;

/** Erases addresses whose time has come, and reports customers who are forgotten. */
export class ErasureWorker {
  readonly #options: ErasureWorkerOptions;

  static create(options: ErasureWorkerOptions): ErasureWorker {
    return new ErasureWorker(options);
  }

  private constructor(options: ErasureWorkerOptions) {
    this.#options = options;
  }

  /** Says whether more waits. */
  async round(): Promise<boolean> {
    const { store, retentionDays } = this.#options;
    const erased = await store.eraseAddresses({ retentionDays, limit: BATCH });
    const completed = await store.completeErasures(erasureCompletedEvent);
    return erased === BATCH || completed > 0;
  }
}
