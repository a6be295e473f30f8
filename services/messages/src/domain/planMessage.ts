import type { ShopEvent } from '@shopfloor/contracts';
import type { MessagePlan } from './types.ts';

/** Events that become a message. */
export type MessageEvent = ShopEvent<
  | 'shop.order.confirmed.v1'
  | 'shop.order.cancelled.v1'
  | 'shop.order.shipped.v1'
  | 'shop.order.refunded.v1'
  | 'shop.order.care-needed.v1'
  | 'shop.shipment.delivered.v1'
>;

/** The message that an event asks for. Each event asks for one, so that its id and the kind tell a repetition. */
export function planMessage(event: MessageEvent): MessagePlan {
  switch (event.type) {
    case 'shop.order.confirmed.v1':
      return plan(event.data, { kind: 'order-confirmed', facts: {} });
    case 'shop.order.cancelled.v1':
      return plan(event.data, { kind: 'order-cancelled', facts: {} });
    case 'shop.order.shipped.v1': {
      const { shipmentId, complete } = event.data;
      return plan(event.data, {
        kind: 'order-shipped',
        facts: { shipmentId, complete },
      });
    }
    case 'shop.order.refunded.v1':
      return plan(event.data, {
        kind: 'order-refunded',
        facts: { refund: event.data.amount },
      });
    case 'shop.order.care-needed.v1':
      return {
        ...plan(event.data, {
          kind: 'care-needed',
          facts: { reason: event.data.reason },
        }),
        audience: 'care',
      };
    default:
      return plan(event.data, {
        kind: 'order-delivered',
        facts: { shipmentId: event.data.shipmentId },
      });
  }
}

function plan(
  order: { orderId: string; orderNumber?: string },
  rest: Pick<MessagePlan, 'kind' | 'facts'>,
): MessagePlan {
  const { orderId, orderNumber } = order;
  return { ...rest, audience: 'shopper', orderId, orderNumber };
}
