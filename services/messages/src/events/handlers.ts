import {
  type EventHandlers,
  newId,
  statementHandler,
} from '@shopfloor/service-kit';
import type { ShopEvent } from '@shopfloor/contracts';
import { type MessageEvent, planMessage } from '../domain/planMessage.ts';
import type { DueMessage, MessageStore } from '../store/MessageStore.ts';
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

/** Who may take a message as it is noted. */
export interface MessageTaker {
  readonly leaseSeconds: number;
  reserve(eventId: string): boolean;
  release(eventId: string): boolean;
  sendClaimed(message: DueMessage): void;
}

/** Options of {@link messageEventHandlers}. */
export interface MessageHandlersOptions {
  messages: MessageStore;
  webhooks: WebhookStore;
  taker: MessageTaker;
  /** Told when a message waits. */
  onMessage: () => void;
  /** Told when a delivery to a receiver waits. */
  onDelivery: () => void;
}

/** What this service does on events: it notes what is to be sent, in the transaction that marks the event as handled. */
export function messageEventHandlers(
  options: MessageHandlersOptions,
): EventHandlers {
  const { messages, webhooks, taker, onMessage, onDelivery } = options;
  const wake = (deliveries: number) => {
    if (deliveries > 0) {
      onDelivery();
    }
  };
  const queue = ({ toReceivers }: { toReceivers: boolean }) =>
    statementHandler<MessageEvent['type']>({
      step: event =>
        messages.queue({
          messageId: newId(),
          eventId: event.id,
          plan: planMessage(event),
          customerId:
            event.type === 'shop.order.confirmed.v1'
              ? event.data.customerId
              : undefined,
          toReceivers: toReceivers
            ? { type: event.type, body: webhookBody(event) }
            : undefined,
          claimSeconds: taker.reserve(event.id)
            ? taker.leaseSeconds
            : undefined,
        }),
      done: (rows, event) => {
        const messageId = messages.queuedBy(rows);
        if (!taker.release(event.id)) {
          onMessage();
        } else if (messageId !== undefined) {
          taker.sendClaimed({ ...planMessage(event), messageId, attempts: 1 });
        }
        wake(messages.deliveriesOf(rows));
      },
    });
  const toBoth = queue({ toReceivers: true });
  return {
    'shop.order.confirmed.v1': toBoth,
    'shop.order.cancelled.v1': toBoth,
    'shop.order.shipped.v1': toBoth,
    'shop.order.refunded.v1': toBoth,
    // For the people of the shop, not for receivers outside.
    'shop.order.care-needed.v1': queue({ toReceivers: false }),
    'shop.shipment.dispatched.v1':
      statementHandler<'shop.shipment.dispatched.v1'>({
        step: event => {
          const { shipmentId, orderId, carrier, trackingId, lines } =
            event.data;
          const version = event.aggregateversion;
          return messages.noteParcel({
            parcel: {
              shipmentId,
              version,
              orderId,
              carrier,
              trackingId,
              lines,
            },
            event: outgoing(event),
          });
        },
        done: rows => wake(messages.deliveriesOf(rows)),
      }),
    'shop.shipment.delivered.v1': toBoth,
    'shop.return.received.v1': async (event, tx) => {
      const deliveries = await webhooks.fanOut(tx, outgoing(event));
      tx.afterCommit(() => wake(deliveries));
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
