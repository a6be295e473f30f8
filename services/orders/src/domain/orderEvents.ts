import type { NewEvent } from '@shopfloor/service-kit';
import type { OrderRecord } from './types.ts';

const TOPIC = 'shop.orders';

function event(
  order: Pick<OrderRecord, 'orderId' | 'orderNumber'>,
  type: string,
  data: object,
): NewEvent {
  return {
    topic: TOPIC,
    type,
    aggregateId: order.orderId,
    // The statement that writes the event sets the version of the row.
    aggregateVersion: 0,
    data: { orderId: order.orderId, orderNumber: order.orderNumber, ...data },
  };
}

/** The id of a customer in a subject; undefined for guests and the erased. */
export function customerOf(owner: string): string | undefined {
  return owner.startsWith('customer:')
    ? owner.slice('customer:'.length)
    : undefined;
}

export function orderConfirmed(order: OrderRecord): NewEvent {
  return event(order, 'shop.order.confirmed.v1', {
    cartId: order.cartId,
    cartVersion: order.cartVersion,
    customerId: customerOf(order.owner),
    lines: order.content.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    total: { amount: order.total, currency: order.currency },
  });
}

export function orderCancelled(order: OrderRecord, reason: string): NewEvent {
  return event(order, 'shop.order.cancelled.v1', { reason });
}

export function orderShipped(
  order: Pick<OrderRecord, 'orderId' | 'orderNumber'>,
  shipmentId: string,
  complete: boolean,
): NewEvent {
  return event(order, 'shop.order.shipped.v1', { shipmentId, complete });
}

export function orderRefunded(
  order: Pick<OrderRecord, 'orderId' | 'orderNumber'>,
  refundId: string,
  amount: { amount: number; currency: string },
): NewEvent {
  return event(order, 'shop.order.refunded.v1', { refundId, amount });
}

export function careNeeded(
  order: Pick<OrderRecord, 'orderId' | 'orderNumber'>,
  reason: string,
): NewEvent {
  return event(order, 'shop.order.care-needed.v1', { reason });
}
