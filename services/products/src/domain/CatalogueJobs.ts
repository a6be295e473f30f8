import type {
  PriceListWriter,
  ProductWriter,
} from '../store/CatalogueStore.ts';

/** Options of {@link CatalogueJobs}. */
export interface CatalogueJobsOptions {
  products: Pick<ProductWriter, 'announce'>;
  priceLists: Pick<PriceListWriter, 'applyDue'>;
  /** Most products that one transaction tells of. */
  batchSize?: number;
}

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

  /** Does some of what is due. @returns whether there may be more */
  async round(signal?: AbortSignal): Promise<boolean> {
    const { products, priceLists, batchSize = 500 } = this.#options;
    const listWasDue = await priceLists.applyDue(signal);
    const told = await products.announce(batchSize);
    return listWasDue || told === batchSize;
  }
}
