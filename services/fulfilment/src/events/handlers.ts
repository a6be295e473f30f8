import type { EventHandlers } from '@shopfloor/service-kit';
import type { ShipmentStore } from '../store/ShipmentStore.ts';

/** The group in which this service reads events. */
export const CONSUMER_GROUP = 'fulfilment';

/** The topics it reads. */
export const CONSUMED_TOPICS = ['shop.orders', 'shop.customers'] as const;

/** What this service does on events. */
export function shipmentEventHandlers(options: {
  store: ShipmentStore;
  /** Told when addresses are to be erased. */
  onErasure: () => void;
}): EventHandlers {
  return {
    'shop.customer.erased.v1': async (event, tx) => {
      await options.store.requestErasure(tx, event.data.customerId);
      tx.afterCommit(options.onErasure);
    },
    'shop.order.claimed.v1': async ({ data }, tx) => {
      const { orderId, customerId } = data;
      if (await options.store.giveToCustomer(tx, { orderId, customerId })) {
        tx.afterCommit(options.onErasure);
      }
    },
  };
}
