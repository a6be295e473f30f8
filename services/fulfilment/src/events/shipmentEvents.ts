import type { NewEvent } from '@shopfloor/service-kit';
import type { ReturnLine } from '../domain/shipment.ts';
import type { Line } from '../domain/types.ts';

/** Name of this service as a source of events. */
export const SOURCE = 'fulfilment';

const TOPIC = 'shop.shipments';

interface ShipmentRef {
  shipmentId: string;
  orderId: string;
  /** The version that the change makes. */
  version: number;
}

// All events of an order share a key, so that they arrive in their order.

/** A parcel left. */
export function dispatchedEvent(
  shipment: ShipmentRef,
  parcel: { lines: Line[]; carrier: string; trackingId: string; last: boolean },
): NewEvent {
  const { shipmentId, orderId, version } = shipment;
  const { lines, carrier, trackingId, last } = parcel;
  return {
    topic: TOPIC,
    type: 'shop.shipment.dispatched.v1',
    aggregateId: shipmentId,
    aggregateVersion: version,
    partitionKey: orderId,
    data: { shipmentId, orderId, lines, carrier, trackingId, last },
  };
}

/** Everything of a shipment arrived. */
export function deliveredEvent(shipment: ShipmentRef): NewEvent {
  const { shipmentId, orderId, version } = shipment;
  return {
    topic: TOPIC,
    type: 'shop.shipment.delivered.v1',
    aggregateId: shipmentId,
    aggregateVersion: version,
    partitionKey: orderId,
    data: { shipmentId, orderId },
  };
}

/** Goods came back. */
export function returnReceivedEvent(received: {
  returnId: string;
  orderId: string;
  lines: ReturnLine[];
}): NewEvent {
  const { returnId, orderId, lines } = received;
  return {
    topic: TOPIC,
    type: 'shop.return.received.v1',
    aggregateId: returnId,
    aggregateVersion: 1,
    partitionKey: orderId,
    data: { returnId, orderId, lines },
  };
}

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
