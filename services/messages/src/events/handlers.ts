import {
  type EventHandlers,
  newId,
  type Queryable,
} from '@shopfloor/service-kit';
import type { ShopEvent } from '@shopfloor/contracts';
import { type MessageEvent, planMessage } from '../domain/planMessage.ts';
import type { MessageStore } from '../store/MessageStore.ts';
import type { WebhookStore } from '../store/WebhookStore.ts';
import { webhookBody } from '../webhooks/webhookBody.ts';
import { erasureCompletedEvent } from './source.ts';

/** The group in which this service reads events. */
export const CONSUMER_GROUP = 'messages';

/** The topics it reads. */
export const CONSUMED_TOPICS = [
  'shop.orders',
  'shop.shipments',
  'shop.customers',
] as const;

/** Options of {@link messageEventHandlers}. */
export interface MessageHandlersOptions {
  messages: MessageStore;
  webhooks: WebhookStore;
  /** Told when something may be due. */
  onQueued: () => void;
}

/** What this service does on events: it notes what is to be sent, in the transaction that marks the event as handled. */
export function messageEventHandlers(
  options: MessageHandlersOptions,
): EventHandlers {
  const { messages, webhooks, onQueued } = options;
  const queue = async (event: MessageEvent, tx: Queryable) => {
    await messages.queue(tx, {
      messageId: newId(),
      eventId: event.id,
      plan: planMessage(event),
    });
    onQueued();
  };
  const fanOut = async (event: ShopEvent, tx: Queryable) => {
    await webhooks.fanOut(tx, {
      eventId: event.id,
      type: event.type,
      body: webhookBody(event),
    });
    onQueued();
  };
  const both = async (event: MessageEvent, tx: Queryable) => {
    await queue(event, tx);
    await fanOut(event, tx);
  };
  return {
    'shop.order.confirmed.v1': async (event, tx) => {
      const { orderId, customerId } = event.data;
      if (customerId !== undefined) {
        await messages.noteCustomer(tx, { orderId, customerId });
      }
      await both(event, tx);
    },
    'shop.order.cancelled.v1': both,
    'shop.order.shipped.v1': both,
    'shop.order.refunded.v1': both,
    // For the people of the shop, not for receivers outside.
    'shop.order.care-needed.v1': queue,
    'shop.shipment.dispatched.v1': async (event, tx) => {
      const { shipmentId, orderId, carrier, trackingId, lines } = event.data;
      await messages.noteParcel(tx, {
        shipmentId,
        version: event.aggregateversion,
        orderId,
        carrier,
        trackingId,
        lines,
      });
      await fanOut(event, tx);
    },
    'shop.shipment.delivered.v1': both,
    'shop.return.received.v1': fanOut,
    'shop.customer.erased.v1': async (event, tx) => {
      const { customerId } = event.data;
      await messages.erase(tx, {
        customerId,
        completed: erasureCompletedEvent(customerId),
      });
    },
  };
}
