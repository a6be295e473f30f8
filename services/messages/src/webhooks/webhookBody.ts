import type { EventType, ShopEvent } from '@shopfloor/contracts';

/** Events that a receiver may subscribe to. */
export const WEBHOOK_EVENT_TYPES = [
  'shop.order.confirmed.v1',
  'shop.order.cancelled.v1',
  'shop.order.shipped.v1',
  'shop.order.refunded.v1',
  'shop.shipment.dispatched.v1',
  'shop.shipment.delivered.v1',
  'shop.return.received.v1',
] as const satisfies readonly EventType[];

/** What leaves the shop of an event: all but whose order it is and the trace. */
export function webhookBody(event: ShopEvent): string {
  const { traceparent, data, ...envelope } = event;
  const { customerId, ...shared } = data as Record<string, unknown>;
  return JSON.stringify({ ...envelope, data: shared });
}
