import type { Statement } from '@shopfloor/service-kit';

/** Columns that an order's process changes. */
export const PROGRESS_COLUMNS = `o.state, o.version, o.attempts, o.captured, o.refunded, o.disputed, o.shipped_value,
  o.payment_version, o.payment_state, o.capture_policy, o.failure, o.uses_returned, o.care_from, o.care_reason,
  o.confirmed_at, o.shipped_at,
  extract(epoch from now() - o.placed_at) * 1000 as age_ms,
  extract(epoch from o.payment_deadline - now()) * 1000 as payment_left_ms`;

/** Columns of an order that its process needs. */
export const ORDER_COLUMNS = `o.id, o.order_number, o.owner, o.quote_id, o.cart_id, o.cart_version, o.currency, o.total,
  o.content, o.address, o.shipping_option_id, o.payment_id, o.shipment_id, o.compensation_id, o.placed_at,
  o.email, o.language, o.erased_at,
  ${PROGRESS_COLUMNS}`;

/** Stores a quote. */
export const insertQuoteStatement: Statement = {
  name: 'insert_quote',
  text: `
  insert into quotes (id, owner, cart_id, cart_version, currency, total, request,
    shipping_option_id, content, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + $10 * interval '1 second')
  returning expires_at`,
};

/** A quote of an owner, expired or not. */
export const findQuoteStatement: Statement = {
  name: 'find_quote',
  text: `
  select id, owner, cart_id, cart_version, currency, request, shipping_option_id,
    content, expires_at, expires_at > now() as live
  from quotes where id = $1 and owner = $2`,
};

/**
 * The first step of the saga, whole or not at all: the order of a live quote, its
 * lines, its history, and the uses of promotions it claims.
 *
 * The order comes first and everything else hangs on it, so that a repetition,
 * which inserts nothing, claims nothing. A claim that finds no use left raises
 * SF001, which takes the order back as well.
 *
 * Parameters: order id, number, owner, key, body hash, quote id, payment id,
 * shipment id, compensation id, lease in ms.
 */
export const placeStatement: Statement = {
  name: 'place_order',
  text: `
  with o as (
    insert into orders (id, order_number, owner, placed_by, idempotency_key,
      body_hash, quote_id, cart_id, cart_version, state, due_at, leased_until,
      currency, total, content, email, language, address, shipping_option_id,
      payment_id, shipment_id, compensation_id)
    select $1, $2, $3, $3, $4, $5, q.id, q.cart_id, q.cart_version, 'reserving',
      now() + $10 * interval '1 ms', now() + $10 * interval '1 ms', q.currency,
      q.total, q.content, q.request ->> 'email', q.request ->> 'language',
      q.request -> 'shippingAddress', q.shipping_option_id, $7, $8, $9
    from quotes q
    where q.id = $6 and q.owner = $3 and q.expires_at > now()
    on conflict do nothing
    returning *
  ),
  lines as (
    insert into order_lines (order_id, sku, quantity)
    select o.id, l.sku, l.quantity
    from o, jsonb_to_recordset(o.content -> 'lines') as l(sku text, quantity integer)
  ),
  history as (
    insert into order_history (order_id, to_state, signal, actor)
    select id, state, 'placed', 'shopper' from o
  ),
  wanted as (
    select o.owner, c."promotionId" as promotion_id, c.uses
    from o, jsonb_to_recordset(o.content -> 'usageClaims')
      as c("promotionId" uuid, uses bigint)
  ),
  claimed as (
    update promotions p set used = p.used + w.uses
    from wanted w
    where p.id = w.promotion_id and p.active
      and (p.limit_total is null or p.used + w.uses <= p.limit_total)
    returning p.id, p.limit_per_shopper, w.owner, w.uses
  ),
  shoppers as (
    insert into promotion_shoppers (promotion_id, owner, used, use_limit)
    select id, owner, uses, limit_per_shopper from claimed
    where limit_per_shopper is not null
    on conflict (promotion_id, owner) do update
      set used = promotion_shoppers.used + excluded.used, use_limit = excluded.use_limit
      where promotion_shoppers.used + excluded.used <= excluded.use_limit
    returning promotion_id
  )
  select ${ORDER_COLUMNS}
  from o
  where case
    when (select count(*) from wanted) = 0 then true
    when (select count(*) from claimed) < (select count(*) from wanted)
      or (select count(*) from shoppers)
        < (select count(*) from claimed where limit_per_shopper is not null)
    then orders_refuse('promotion-used-up')
    else true end`,
};

/** The order of a key, to answer a repetition. */
export const findByKeyStatement: Statement = {
  name: 'find_order_by_key',
  text: `
  select ${ORDER_COLUMNS}, o.body_hash, o.leased_until > now() as leased,
    extract(epoch from o.leased_until - now()) as lease_left
  from orders o where o.placed_by = $1 and o.idempotency_key = $2`,
};

/** The live order that has a cart already. */
export const findByCartStatement: Statement = {
  name: 'find_order_by_cart',
  text: `
  select o.id, o.owner from orders o
  where o.cart_id = $1 and o.cart_version = $2
    and not o.came_to_nothing`,
};
