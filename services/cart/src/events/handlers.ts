import { type EventHandlers, statementHandler } from '@shopfloor/service-kit';
import type { CartStore } from '../store/CartStore.ts';

/** The group of consumers that all replicas share. */
export const CONSUMER_GROUP = 'cart';

/** Topics that cart reads. */
export const CONSUMED_TOPICS = [
  'shop.orders',
  'shop.customers',
  'shop.products',
] as const;

/** What cart does on the events of others. All work is in the transaction of the inbox. */
export function createHandlers(options: { store: CartStore }): EventHandlers {
  const { store } = options;
  return {
    'shop.order.confirmed.v1': statementHandler({
      step: ({ data }) => store.subtractOrder(data),
    }),
    'shop.customer.erased.v1': async ({ data }, tx) => {
      await store.eraseCustomer(tx, data.customerId);
    },
    'shop.product.changed.v1': async ({ data }, tx) => {
      await store.announceSkus(tx, data.skus);
    },
  };
}
