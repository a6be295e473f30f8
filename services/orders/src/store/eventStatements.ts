import {
  outboxInsert,
  outboxParameter,
  type Queryable,
  type Statement,
} from '@shopfloor/service-kit';
import { SOURCE } from './DatabaseOrderStore.ts';

/**
 * Locks the order of a dispatch until the transaction ends, and notes that the dispatch is counted; not `fresh` when it was before.
 * No row when the order is not there. Parameters: event id, order id.
 */
export const countParcelStatement: Statement = {
  name: 'count_parcel',
  text: `
  with held as materialized (
    select id from orders where id = $2 for no key update
  ),
  counted as (
    insert into counted_parcels (event_id, order_id) select $1::uuid, id from held
    on conflict do nothing
    returning event_id
  )
  select exists (select from counted) as fresh from held`,
};

/** A parcel arrived. Parameters: order id, shipment id. */
export const recordDeliveryStatement: Statement = {
  name: 'record_delivery',
  text: `
  with moved as (
    update orders set version = version + 1, updated_at = now(),
      delivered_at = coalesce(delivered_at, now()),
      state = case when state = 'shipped' then 'completed' else state end,
      care_from = case when state = 'care' and care_from = 'shipped' then 'completed' else care_from end
    where id = $1
    returning id, state, old.state as from_state
  )
  insert into order_history (order_id, from_state, to_state, signal, actor, detail)
  select id, from_state, state, 'delivered', 'fulfilment', jsonb_build_object('shipmentId', $2::uuid)
  from moved
  returning order_id`,
};

/** Goods came back. Parameters: return id, order id, units, refund id (null: nothing to refund). */
export const recordReturnStatement: Statement = {
  name: 'record_return',
  text: `
  with units as (
    select u.sku, u.quantity from jsonb_to_recordset($3::jsonb) as u(sku text, quantity integer)
  ),
  lines as (
    update order_lines l set returned = l.returned + u.quantity
    from units u where l.order_id = $2 and l.sku = u.sku
  ),
  kept as (
    insert into returns (id, order_id, state, lines, reason, received_at, refund_id)
    values ($1, $2, 'received', $3::jsonb, 'not announced', now(), $4)
    on conflict (id) do update set state = 'received', received_at = now(), refund_id = $4
  )
  insert into order_history (order_id, from_state, to_state, signal, actor, detail)
  select id, state, state, 'return-received', 'fulfilment',
    jsonb_build_object('returnId', $1::uuid, 'lines', $3::jsonb)
  from orders where id = $2`,
};

/** Writes a dispute down and what of it must not be refunded. Parameters: dispute id, order id, amount, state, events. */
export const recordDisputeStatement: Statement = {
  name: 'record_dispute',
  text: `
  with kept as (
    insert into disputes (id, order_id, amount, state) values ($1, $2, $3, $4)
    on conflict (id) do update set state = $4, amount = $3, updated_at = now()
      where disputes.state = 'opened'
    returning order_id
  ),
  others as (
    select coalesce(sum(amount), 0) as amount from disputes
    where order_id = $2 and id <> $1 and state in ('opened', 'lost')
  ),
  moved as (
    update orders o set version = o.version + 1, updated_at = now(),
      disputed = others.amount + case when $4 in ('opened', 'lost') then $3::bigint else 0 end
    from kept, others where o.id = kept.order_id
    returning o.id, o.version, o.state
  ),
  history as (
    insert into order_history (order_id, from_state, to_state, signal, actor, detail)
    select id, state, state, 'dispute-' || $4, 'payments',
      jsonb_build_object('disputeId', $1::text, 'amount', $3::bigint)
    from moved
  )
  ${outboxInsert(5, { from: 'moved', version: 'version' })}
  select version from moved`,
};

/** Puts an order in care from wherever it is. Parameters: order id, reason, events. */
export const putInCareStatement: Statement = {
  name: 'put_in_care',
  text: `
  with moved as (
    update orders set version = version + 1, updated_at = now(), state = 'care',
      care_from = state, care_reason = $2, due_at = null, leased_until = '-infinity'
    where id = $1 and state <> 'care'
    returning id, version, old.state as from_state
  ),
  history as (
    insert into order_history (order_id, from_state, to_state, signal, actor, detail)
    select id, from_state, 'care', 'care-needed', 'orders', jsonb_build_object('reason', $2::text)
    from moved
  )
  ${outboxInsert(3, { from: 'moved', version: 'version' })}
  select version from moved`,
};

const PSEUDONYMISED = `email = null, owner = 'erased:' || id, placed_by = 'erased:' || id,
      address = jsonb_strip_nulls(jsonb_build_object('country', address -> 'country', 'region', address -> 'region')),
      erased_at = now(), erase_for = null, version = version + 1`;

/**
 * Erases a customer: what is over loses its person at once, the rest is marked and
 * loses it when it is over. Parameters: customer id, owner.
 */
export const eraseStatement: Statement = {
  name: 'erase_customer',
  text: `
  with begun as (
    insert into erasures (customer_id) values ($1) on conflict (customer_id) do nothing
  ),
  quotes_gone as (delete from quotes where owner = $2),
  uses_gone as (delete from promotion_shoppers where owner = $2),
  over as (
    update orders set ${PSEUDONYMISED}
    where owner = $2 and state in ('completed', 'rejected', 'cancelled')
    returning id
  ),
  texts as (
    update returns r set reason = 'erased' from over where r.order_id = over.id
  ),
  waiting as (
    update orders set erase_for = $1
    where owner = $2 and state not in ('completed', 'rejected', 'cancelled')
    returning id
  )
  select (select count(*)::int from over) as erased, (select count(*)::int from waiting) as waiting`,
};

/** Erases what was marked and is over by now. */
export const eraseOverStatement: Statement = {
  name: 'erase_over',
  text: `
  with over as (
    update orders set ${PSEUDONYMISED}
    where erase_for is not null and state in ('completed', 'rejected', 'cancelled')
    returning id
  ),
  texts as (
    update returns r set reason = 'erased' from over where r.order_id = over.id
  )
  select count(*)::int as erased from over`,
};

/** Erasures of which nothing waits any more. */
export const finishedErasuresStatement: Statement = {
  name: 'finished_erasures',
  text: `
  select customer_id from erasures e
  where completed_at is null
    and not exists (select from orders where erase_for = e.customer_id)
  limit 100`,
};

/** Reports an erasure once. Parameters: customer id, events. */
const completeErasureStatement: Statement = {
  name: 'complete_erasure',
  text: `
  with done as (
    update erasures set completed_at = now()
    where customer_id = $1 and completed_at is null
    returning customer_id
  )
  ${outboxInsert(2, { from: 'done' })}
  select customer_id from done`,
};

/** Reports that nothing of a customer is left, once. */
export async function completeErasure(
  database: Queryable,
  customerId: string,
): Promise<void> {
  await database.query(completeErasureStatement, [
    customerId,
    outboxParameter(
      [
        {
          topic: 'shop.customers',
          type: 'shop.erasure.completed.v1',
          aggregateId: customerId,
          aggregateVersion: 1,
          data: { customerId, service: SOURCE },
        },
      ],
      { source: SOURCE },
    ),
  ]);
}
