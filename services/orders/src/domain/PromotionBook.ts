import type { Promotion } from '@shopfloor/pricing';
import type { PromotionStore } from '../store/PromotionStore.ts';

/** How long the list of open promotions is remembered, in milliseconds. */
const REMEMBERED_MS = 5000;

interface Page {
  promotions: { promotion: Promotion; perShopper: boolean }[];
  /** Database clock minus process clock when it was read, in milliseconds. */
  skewMs: number;
  readAt: number;
}

/**
 * The promotions a quote may apply. A list that is seconds old does no harm: a
 * quote binds what it shows, and a use is claimed by the statement that places
 * the order.
 */
export class PromotionBook {
  readonly #store: PromotionStore;
  #page: Promise<Page> | undefined;

  static create(options: { store: PromotionStore }): PromotionBook {
    return new PromotionBook(options.store);
  }

  private constructor(store: PromotionStore) {
    this.#store = store;
  }

  /** What is open to a shopper, and the time by the database's clock. */
  async openTo(
    owner: string,
  ): Promise<{ promotions: Promotion[]; at: number }> {
    const page = await this.#read();
    const limited = page.promotions
      .filter(({ perShopper }) => perShopper)
      .map(({ promotion }) => promotion.id);
    const usedUp =
      limited.length > 0
        ? await this.#store.usedUpBy(owner, limited)
        : undefined;
    return {
      promotions: page.promotions
        .map(({ promotion }) => promotion)
        .filter(({ id }) => !usedUp?.has(id)),
      at: Date.now() + page.skewMs,
    };
  }

  /** Forgets the list: something of it is known to be wrong. */
  forget(): void {
    this.#page = undefined;
  }

  async #read(): Promise<Page> {
    const known = await this.#page?.catch(() => undefined);
    if (known && performance.now() - known.readAt < REMEMBERED_MS) {
      return known;
    }
    this.#page = this.#store.listOpen().then(({ promotions, nowMs }) => ({
      promotions: promotions.map(({ promotion, limitPerShopper }) => ({
        promotion,
        perShopper: limitPerShopper !== undefined,
      })),
      skewMs: nowMs === undefined ? 0 : nowMs - Date.now(),
      readAt: performance.now(),
    }));
    return this.#page;
  }
}
