import type { EventHandlers } from '@shopfloor/service-kit';
import type { SourceStore } from '../store/SourceStore.ts';

/** The group that this service reads events as. */
export const CONSUMER_GROUP = 'product-search';

/** The group that a rebuild replays events as. */
export const REPLAY_GROUP = 'product-search-rebuild';

/** Topics that this service reads. */
export const CONSUMED_TOPICS = ['shop.products', 'shop.stock'] as const;

/** Options of {@link createHandlers}. */
export interface HandlersOptions {
  store: SourceStore;
  /** Told that documents are to be written. */
  onChanged: () => void;
}

/** Takes what events tell of products and stock. What is older than what is known changes nothing. */
export function createHandlers(options: HandlersOptions): EventHandlers {
  const { store, onChanged } = options;
  return {
    'shop.product.changed.v1': async ({ data, aggregateversion }, tx) => {
      await store.applyProducts(tx, [
        { product: data, version: aggregateversion },
      ]);
      tx.afterCommit(onChanged);
    },

    'shop.stock.changed.v1': async ({ data, aggregateversion }, tx) => {
      await store.applyStock(tx, [{ ...data, version: aggregateversion }]);
      tx.afterCommit(onChanged);
    },
  };
}
