import {
  type EventHandlers,
  newId,
  type Transaction,
} from '@shopfloor/service-kit';
import type { ShopEvent } from '@shopfloor/contracts';
import { type MessageEvent, planMessage } from '../domain/planMessage.ts';
import type { MessageStore } from '../store/MessageStore.ts';
import type { OutgoingEvent, WebhookStore } from '../store/WebhookStore.ts';
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
  /** Told when a message waits. */
  onMessage: () => void;
  /** Told when a delivery to a receiver waits. */
  onDelivery: () => void;
}

/** What this service does on events: it notes what is to be sent, in the transaction that marks the event as handled. */
export function messageEventHandlers(
  options: MessageHandlersOptions,
): EventHandlers {
  const { messages, webhooks, onMessage, onDelivery } = options;
  const wake = (tx: Transaction, deliveries: number) => {
    if (deliveries > 0) {
      tx.afterCommit(onDelivery);
    }
  };
  const queue = async (
    event: MessageEvent,
    tx: Transaction,
    also: { customerId?: string; toReceivers?: boolean },
  ) => {
    const deliveries = await messages.queue(tx, {
      messageId: newId(),
      eventId: event.id,
      plan: planMessage(event),
      customerId: also.customerId,
      toReceivers: also.toReceivers
        ? { type: event.type, body: webhookBody(event) }
        : undefined,
    });
    tx.afterCommit(onMessage);
    wake(tx, deliveries);
  };
  const toBoth = (event: MessageEvent, tx: Transaction) =>
    queue(event, tx, { toReceivers: true });
  return {
    'shop.order.confirmed.v1': (event, tx) =>
      queue(event, tx, {
        customerId: event.data.customerId,
        toReceivers: true,
      }),
    'shop.order.cancelled.v1': toBoth,
    'shop.order.shipped.v1': toBoth,
    'shop.order.refunded.v1': toBoth,
    // For the people of the shop, not for receivers outside.
    'shop.order.care-needed.v1': (event, tx) => queue(event, tx, {}),
    'shop.shipment.dispatched.v1': async (event, tx) => {
      const { shipmentId, orderId, carrier, trackingId, lines } = event.data;
      const version = event.aggregateversion;
      const parcel = {
        shipmentId,
        version,
        orderId,
        carrier,
        trackingId,
        lines,
      };
      wake(
        tx,
        await messages.noteParcel(tx, { parcel, event: outgoing(event) }),
      );
    },
    'shop.shipment.delivered.v1': toBoth,
    'shop.return.received.v1': async (event, tx) => {
      wake(tx, await webhooks.fanOut(tx, outgoing(event)));
    },
    'shop.customer.erased.v1': async (event, tx) => {
      const { customerId } = event.data;
      await messages.erase(tx, {
        customerId,
        completed: erasureCompletedEvent(customerId),
      });
    },
  };
}

function outgoing(event: ShopEvent): OutgoingEvent {
  return { eventId: event.id, type: event.type, body: webhookBody(event) };
}
