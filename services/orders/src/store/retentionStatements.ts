import type { Statement } from '@shopfloor/service-kit';

/**
 * Deletes orders whose time is over, with all that hangs on them but their history.
 * The time begins at the end of the calendar year (UTC) in which something last
 * happened to an order that is over. Kept whatever their age: open disputes and
 * movements of money that are due. Parameters: years by country of delivery as JSON,
 * years elsewhere, shortest of all these, most orders.
 */
export const deleteRetainedStatement: Statement = {
  name: 'delete_retained_orders',
  text: `
  with over as (
    select o.id from orders o
    where o.state in ('completed', 'rejected', 'cancelled')
      and o.updated_at < now() - make_interval(years => $3)
      and (
        date_trunc('year', o.updated_at at time zone 'UTC')
          + make_interval(years => 1 + coalesce(($1::jsonb ->> (o.address ->> 'country'))::int, $2))
      ) at time zone 'UTC' <= now()
      and not exists (select from disputes d where d.order_id = o.id and d.state = 'opened')
      and not exists (select from money_moves m where m.order_id = o.id and m.state = 'due')
    order by o.updated_at
    limit $4
    for update of o skip locked
  ),
  lines as (delete from order_lines using over where order_id = over.id),
  moves as (delete from money_moves using over where order_id = over.id),
  sent_back as (delete from returns using over where order_id = over.id),
  disputed as (delete from disputes using over where order_id = over.id),
  parcels as (delete from counted_parcels using over where order_id = over.id)
  delete from orders using over where orders.id = over.id
  returning orders.id`,
};

/** Deletes the history of orders that are gone; that of any other is append-only. Parameter: ids. */
export const deleteHistoryStatement: Statement = {
  name: 'delete_retained_history',
  text: `delete from order_history where order_id = any($1::uuid[])`,
};
