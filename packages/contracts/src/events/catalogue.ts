import type { Static, TSchema } from 'typebox';
import { customerErasedV1, erasureCompletedV1 } from './customers.ts';
import {
  orderCancelledV1,
  orderCareNeededV1,
  orderClaimedV1,
  orderConfirmedV1,
  orderRefundedV1,
  orderShippedV1,
} from './orders.ts';
import { paymentDisputedV1, paymentUpdatedV1 } from './payments.ts';
import { productChangedV1 } from './products.ts';
import {
  returnReceivedV1,
  shipmentDeliveredV1,
  shipmentDispatchedV1,
} from './shipments.ts';
import { stockChangedV1 } from './stock.ts';

/** What is agreed about one type of event. */
export interface EventContract<Schema extends TSchema = TSchema> {
  topic: string;
  /** The services that publish it. */
  producers: readonly string[];
  /** The services that read it. */
  consumers: readonly string[];
  schema: Schema;
}

function contract<Schema extends TSchema>(
  options: EventContract<Schema>,
): EventContract<Schema> {
  return options;
}

/** Every type of event of the shop, as docs/reference/shop.md lists them. */
export const eventCatalogue = {
  'shop.product.changed.v1': contract({
    topic: 'shop.products',
    producers: ['products'],
    consumers: ['product-search', 'inventory', 'cart'],
    schema: productChangedV1,
  }),
  'shop.stock.changed.v1': contract({
    topic: 'shop.stock',
    producers: ['inventory'],
    consumers: ['product-search'],
    schema: stockChangedV1,
  }),
  'shop.order.confirmed.v1': contract({
    topic: 'shop.orders',
    producers: ['orders'],
    consumers: ['cart', 'messages'],
    schema: orderConfirmedV1,
  }),
  'shop.order.cancelled.v1': contract({
    topic: 'shop.orders',
    producers: ['orders'],
    consumers: ['messages'],
    schema: orderCancelledV1,
  }),
  'shop.order.shipped.v1': contract({
    topic: 'shop.orders',
    producers: ['orders'],
    consumers: ['messages'],
    schema: orderShippedV1,
  }),
  'shop.order.refunded.v1': contract({
    topic: 'shop.orders',
    producers: ['orders'],
    consumers: ['messages'],
    schema: orderRefundedV1,
  }),
  'shop.order.claimed.v1': contract({
    topic: 'shop.orders',
    producers: ['orders'],
    consumers: ['fulfilment'],
    schema: orderClaimedV1,
  }),
  'shop.order.care-needed.v1': contract({
    topic: 'shop.orders',
    producers: ['orders'],
    consumers: ['messages'],
    schema: orderCareNeededV1,
  }),
  'shop.payment.updated.v1': contract({
    topic: 'shop.payments',
    producers: ['payments'],
    consumers: ['orders'],
    schema: paymentUpdatedV1,
  }),
  'shop.payment.disputed.v1': contract({
    topic: 'shop.payments',
    producers: ['payments'],
    consumers: ['orders'],
    schema: paymentDisputedV1,
  }),
  'shop.shipment.dispatched.v1': contract({
    topic: 'shop.shipments',
    producers: ['fulfilment'],
    consumers: ['orders', 'inventory', 'messages'],
    schema: shipmentDispatchedV1,
  }),
  'shop.shipment.delivered.v1': contract({
    topic: 'shop.shipments',
    producers: ['fulfilment'],
    consumers: ['orders', 'messages'],
    schema: shipmentDeliveredV1,
  }),
  'shop.return.received.v1': contract({
    topic: 'shop.shipments',
    producers: ['fulfilment'],
    consumers: ['orders', 'inventory', 'messages'],
    schema: returnReceivedV1,
  }),
  'shop.customer.erased.v1': contract({
    topic: 'shop.customers',
    producers: ['customers'],
    consumers: ['cart', 'orders', 'messages', 'fulfilment', 'payments'],
    schema: customerErasedV1,
  }),
  'shop.erasure.completed.v1': contract({
    topic: 'shop.customers',
    producers: ['cart', 'orders', 'messages', 'fulfilment', 'payments'],
    consumers: ['customers'],
    schema: erasureCompletedV1,
  }),
} as const;

/** A type of event of the shop. */
export type EventType = keyof typeof eventCatalogue;

/** What an event of a type says. */
export type EventData<Type extends EventType> = Static<
  (typeof eventCatalogue)[Type]['schema']
>;

export const eventTypes = Object.keys(eventCatalogue) as readonly EventType[];

/** The topics of the shop. */
export const eventTopics: readonly string[] = [
  ...new Set(eventTypes.map(type => eventCatalogue[type].topic)),
];

/** Whether a type of event is one of the shop's. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventCatalogue, type);
}

/** Topics a service appends to and reads, for the rights of its role. */
export function eventTopicsOf(service: string): {
  append: string[];
  consume: string[];
} {
  const topicsWhere = (side: 'producers' | 'consumers') => [
    ...new Set(
      eventTypes
        .map(type => eventCatalogue[type] as EventContract)
        .filter(entry => entry[side].includes(service))
        .map(entry => entry.topic),
    ),
  ];
  return {
    append: topicsWhere('producers'),
    consume: topicsWhere('consumers'),
  };
}
