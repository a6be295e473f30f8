import type { NewEvent } from '@shopfloor/service-kit';

/** A customer is to be erased everywhere; `emission` grows when it is told again. */
export function customerErased(customerId: string, emission: number): NewEvent {
  return {
    topic: 'shop.customers',
    type: 'shop.customer.erased.v1',
    aggregateId: customerId,
    aggregateVersion: emission,
    data: { customerId },
  };
}
