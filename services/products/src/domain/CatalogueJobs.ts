import type {
  LeaseStore,
  PriceListWriter,
  ProductWriter,
} from '../store/CatalogueStore.ts';

/** Options of {@link CatalogueJobs}. */
export interface CatalogueJobsOptions {
  products: Pick<ProductWriter, 'announce'>;
  priceLists: Pick<PriceListWriter, 'applyDue'>;
  leases: LeaseStore;
  /** Most products that one transaction tells of. */
  batchSize?: number;
}

const LEASE = { name: 'catalogue', seconds: 30 };

/**
 * What becomes due by itself: price lists that begin or end, and products that were
 * changed in bulk and not told of. One instance does it at a time.
 */
export class CatalogueJobs {
  readonly #options: CatalogueJobsOptions;

  static create(options: CatalogueJobsOptions): CatalogueJobs {
    return new CatalogueJobs(options);
  }

  private constructor(options: CatalogueJobsOptions) {
    this.#options = options;
  }

  /** Does what is due. Nothing while another instance does. */
  async run(signal?: AbortSignal): Promise<void> {
    const { products, priceLists, leases, batchSize = 500 } = this.#options;
    let busy = true;
    while (busy && !signal?.aborted && (await leases.take(LEASE))) {
      const listWasDue = await priceLists.applyDue(signal);
      const told = await products.announce(batchSize);
      busy = listWasDue || told === batchSize;
    }
  }

  /** Lets another instance take over at once. */
  async close(): Promise<void> {
    await this.#options.leases.drop(LEASE.name);
  }
}
