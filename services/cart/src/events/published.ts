import type { NewEvent } from '@shopfloor/service-kit';

/** Everything of a customer is gone from here. */
export function erasureCompleted(customerId: string): NewEvent {
  return {
    topic: 'shop.customers',
    type: 'shop.erasure.completed.v1',
    aggregateId: customerId,
    aggregateVersion: 1,
    data: { customerId, service: 'cart' },
  };
}
