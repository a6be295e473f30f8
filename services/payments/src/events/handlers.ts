import {
  type EventHandlers,
  outboxInsert,
  outboxParameter,
  type Statement,
} from '@shopfloor/service-kit';

const publish: Statement = {
  name: 'publish_event',
  text: `with once as (select 1 as one)${outboxInsert(1)} select 1 as published from outbox_rows`,
};

/** What payments does on events of others. */
export const handlers: EventHandlers = {
  /** Nothing is held about a customer, so nothing is left to erase; that is reported all the same. */
  'shop.customer.erased.v1': async (event, tx) => {
    const { customerId } = event.data;
    await tx.query(publish, [
      outboxParameter(
        [
          {
            topic: 'shop.customers',
            type: 'shop.erasure.completed.v1',
            aggregateId: customerId,
            aggregateVersion: event.aggregateversion,
            data: { customerId, service: 'payments' },
          },
        ],
        { source: 'payments' },
      ),
    ]);
  },
};
