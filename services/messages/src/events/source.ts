import type { NewEvent } from '@shopfloor/service-kit';

/** Name of this service as a source of events. */
export const SOURCE = 'messages';

/** A customer is forgotten here. */
export function erasureCompletedEvent(customerId: string): NewEvent {
  return {
    topic: 'shop.customers',
    type: 'shop.erasure.completed.v1',
    aggregateId: customerId,
    aggregateVersion: 1,
    data: { customerId, service: SOURCE },
  };
}
