import type { Statement } from '@shopfloor/service-kit';
import { ORDER_COLUMNS } from './placeStatements.ts';

const LINES = `(select jsonb_object_agg(l.sku, jsonb_build_object('shipped', l.shipped, 'returned', l.returned))
    from order_lines l where l.order_id = o.id) as progress`;

/** One order with the progress of its lines. */
export const detailsStatement: Statement = {
  name: 'order_details',
  text: `select ${ORDER_COLUMNS}, ${LINES} from orders o where o.id = $1`,
};

/** One order of an owner; a stranger's is not there. */
export const ownedDetailsStatement: Statement = {
  name: 'owned_order_details',
  text: `select ${ORDER_COLUMNS}, ${LINES} from orders o where o.id = $1 and o.owner = $2`,
};

/** Orders of an owner, newest first, after an id. Rejected ones came to nothing and are left out. */
export const listOwnedStatement: Statement = {
  name: 'list_owned_orders',
  text: `
  select ${ORDER_COLUMNS} from orders o
  where o.owner = $1 and o.state <> 'rejected' and ($2::uuid is null or o.id < $2::uuid)
  order by o.id desc limit $3`,
};

/** Which orders staff look at: those in a state that ends, in one that does not, in care, or with money in dispute. */
export type CareFilter = 'over' | 'live' | 'care' | 'disputed';

const CARE_CONDITIONS: Record<CareFilter, string> = {
  over: 'o.state = $1',
  live: 'o.state = $1 and not o.is_over',
  care: '$1::text is not null and o.in_care',
  disputed: '$1::text is not null and o.disputed > 0',
};

/** Orders for staff, newest first; one statement for each filter, so that each is planned for its index. Parameters: state, orders before which, most. */
export const listForCareStatement = (filter: CareFilter): Statement => ({
  name: `list_care_orders_${filter}`,
  text: `
  select ${ORDER_COLUMNS} from orders o
  where ${CARE_CONDITIONS[filter]}
    and o.id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  order by o.id desc limit $3`,
});

/** An order by the number a person reads out. */
export const findByNumberStatement: Statement = {
  name: 'find_order_by_number',
  text: `select o.id from orders o where o.order_number = $1`,
};

/** The history of an order, oldest first. */
export const historyStatement: Statement = {
  name: 'order_history',
  text: `
  select at, from_state, to_state, signal, actor, detail
  from order_history where order_id = $1 order by id limit 1000`,
};

/** Its returns. */
export const returnsStatement: Statement = {
  name: 'order_returns',
  text: `
  select id, state, lines, reason, requested_at, received_at, refund_id
  from returns where order_id = $1 order by requested_at, id limit 200`,
};

/** Its disputes. */
export const disputesStatement: Statement = {
  name: 'order_disputes',
  text: `select id, amount, state, updated_at from disputes where order_id = $1 order by id limit 200`,
};

/**
 * Asks for a return, unless more is asked than was shipped and not asked before.
 * For a transaction that holds the order, so that two requests do not share a unit.
 * Parameters: return id, order id, owner, lines, reason, days of the window.
 */
export const requestReturnStatement: Statement = {
  name: 'request_return',
  text: `
  with o as materialized (
    select id, state, coalesce(delivered_at, shipped_at) as since
    from orders where id = $2 and owner = $3
  ),
  asked as (
    select u.sku, sum(u.quantity)::int as quantity
    from jsonb_to_recordset($4::jsonb) as u(sku text, quantity integer) group by u.sku
  ),
  open as (
    select u.sku, sum(u.quantity)::int as quantity
    from returns r, jsonb_to_recordset(r.lines) as u(sku text, quantity integer)
    where r.order_id = $2 and r.state = 'requested' and r.id <> $1 group by u.sku
  ),
  checked as (
    select a.sku, coalesce(l.shipped - l.returned - coalesce(p.quantity, 0), 0) as left_over, a.quantity
    from asked a
    left join order_lines l on l.order_id = $2 and l.sku = a.sku
    left join open p on p.sku = a.sku
  ),
  verdict as (
    select o.id,
      (select count(*) from checked where quantity > left_over) as too_many,
      o.since is not null and o.since > now() - $6 * interval '1 day' as in_time
    from o
  ),
  made as (
    insert into returns (id, order_id, state, lines, reason)
    select $1, id, 'requested', $4::jsonb, $5 from verdict where too_many = 0 and in_time
    on conflict (id) do nothing
    returning id
  ),
  history as (
    insert into order_history (order_id, from_state, to_state, signal, actor, detail)
    select o.id, o.state, o.state, 'return-requested', 'shopper',
      jsonb_build_object('returnId', $1::uuid, 'lines', $4::jsonb)
    from o, made
  )
  select v.too_many::int, v.in_time, (select count(*)::int from made) as made,
    (select jsonb_agg(sku) from checked where quantity > left_over) as skus,
    (select r.order_id from returns r where r.id = $1) as known_order,
    (select r.lines from returns r where r.id = $1) as known_lines
  from verdict v`,
};

/** Gives a customer the orders that a guest placed with the customer's verified address. Parameters: owner, address, traceparent, customer id. */
export const claimOrdersStatement: Statement = {
  name: 'claim_guest_orders',
  text: `
  with claimed as (
    update orders set owner = $1, version = version + 1, updated_at = now()
    where lower(email) = lower($2) and owner like 'guest:%' and state <> 'rejected'
    returning id, order_number, state, version
  ),
  history as (
    insert into order_history (order_id, from_state, to_state, signal, actor)
    select id, state, state, 'claimed', 'customers' from claimed
  ),
  told as (
    insert into outbox (topic, type, source, aggregate_id, aggregate_version,
      partition_key, traceparent, data)
    select 'shop.orders', 'shop.order.claimed.v1', 'orders', id, version, id, $3::text,
      json_build_object('orderId', id, 'orderNumber', order_number, 'customerId', $4::text)
    from claimed order by id
  ),
  quotes_claimed as (
    update quotes set owner = $1
    where lower(request ->> 'email') = lower($2) and owner like 'guest:%'
  )
  select id from claimed order by id`,
};

/** Everything about a customer. */
export const exportStatement: Statement = {
  name: 'export_customer',
  text: `
  select ${ORDER_COLUMNS}, ${LINES},
    (select jsonb_agg(jsonb_build_object('returnId', r.id, 'state', r.state, 'lines', r.lines,
       'reason', r.reason, 'requestedAt', r.requested_at)) from returns r where r.order_id = o.id) as returns
  from orders o where o.owner = $1 order by o.id`,
};

/** Quotes of a customer that still wait. */
export const exportQuotesStatement: Statement = {
  name: 'export_quotes',
  text: `select id, request, expires_at from quotes where owner = $1 order by id`,
};
