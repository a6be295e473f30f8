import { outboxInsert, type Statement } from '@shopfloor/service-kit';

const MOVE_COLUMNS = `m.id, m.order_id, m.kind, m.amount, m.reason, m.final, m.state, m.attempts`;

/**
 * Records a parcel: units shipped, value, the capture that is due for it. For use
 * in a transaction that holds the order. Parameters: order id, units as JSON,
 * value, state, signal, capture id (null: none), capture amount, shipment id,
 * care reason, events, whether the capture is the last.
 */
export const recordDispatchStatement: Statement = {
  name: 'record_dispatch',
  text: `
  with units as (
    select u.sku, u.quantity from jsonb_to_recordset($2::jsonb) as u(sku text, quantity integer)
  ),
  lines as (
    update order_lines l set shipped = l.shipped + u.quantity
    from units u where l.order_id = $1 and l.sku = u.sku
  ),
  moved as (
    update orders o set state = $4, version = o.version + 1, updated_at = now(),
      shipped_value = o.shipped_value + $3::bigint,
      shipped_at = case when $4 = 'shipped' or $5 = 'all-shipped' then coalesce(o.shipped_at, now()) else o.shipped_at end,
      care_from = case
        when $4 = 'care' and o.state <> 'care' then case when $5 = 'all-shipped' then 'shipped' else o.state end
        when $4 = 'care' and $5 = 'all-shipped' and o.care_from = 'fulfilling' then 'shipped'
        when $4 = 'care' then o.care_from end,
      care_reason = case when $4 = 'care' then coalesce($9, o.care_reason) end,
      due_at = case when $4 = o.state then o.due_at end
    where o.id = $1
    returning o.id, o.version, o.state, old.state as from_state
  ),
  history as (
    insert into order_history (order_id, from_state, to_state, signal, actor, detail)
    select id, from_state, state, $5, 'fulfilment',
      jsonb_build_object('shipmentId', $8::uuid, 'lines', $2::jsonb, 'value', $3::bigint)
    from moved
  ),
  capture as (
    insert into money_moves (id, order_id, kind, amount, reason, actor, shipment_id, final)
    select $6::uuid, id, 'capture', $7::bigint, 'shipped', 'fulfilment', $8::uuid, $11::boolean
    from moved where $6::uuid is not null and $7::bigint > 0
  )
  ${outboxInsert(10, { from: 'moved', version: 'version' })}
  select version from moved`,
};

/**
 * Claims a refund: the sum of refunds and disputes never exceeds what was captured,
 * decided by the row itself. Parameters: refund id, order id, amount, reason,
 * actor, return id.
 */
export const claimRefundStatement: Statement = {
  name: 'claim_refund',
  text: `
  with known as (
    select id from money_moves where id = $1
  ),
  claimed as (
    update orders set refunded = refunded + $3::bigint, version = version + 1, updated_at = now()
    where id = $2 and not exists (select from known)
      and refunded + disputed + $3::bigint <= captured
    returning id, version, state
  ),
  move as (
    insert into money_moves (id, order_id, kind, amount, reason, actor, return_id)
    select $1, id, 'refund', $3::bigint, $4, $5, $6::uuid from claimed
    returning id
  ),
  history as (
    insert into order_history (order_id, from_state, to_state, signal, actor, detail)
    select id, state, state, 'refund-requested', $5,
      jsonb_build_object('refundId', $1::uuid, 'amount', $3::bigint, 'reason', $4::text)
    from claimed
  )
  select id from move`,
};

/** One movement. */
export const findMoveStatement: Statement = {
  name: 'find_move',
  text: `
  select ${MOVE_COLUMNS}, o.payment_id, o.currency
  from money_moves m join orders o on o.id = m.order_id where m.id = $1`,
};

/** Every movement of an order. */
export const listMovesStatement: Statement = {
  name: 'list_moves',
  text: `
  select ${MOVE_COLUMNS}, o.payment_id, o.currency
  from money_moves m join orders o on o.id = m.order_id
  where m.order_id = $1 order by m.created_at, m.id`,
};

/** Takes the leases of movements that are due. Parameters: most, lease in ms. */
export const claimMovesStatement: Statement = {
  name: 'claim_due_moves',
  text: `
  with due as (
    select id from money_moves
    where state = 'due' and due_at <= now() and leased_until <= now()
    order by due_at limit $1 for no key update skip locked
  )
  update money_moves m set attempts = m.attempts + 1,
    leased_until = now() + $2 * interval '1 ms'
  from due, orders o where m.id = due.id and o.id = m.order_id
  returning ${MOVE_COLUMNS}, o.payment_id, o.currency, o.order_number`,
};

/**
 * Writes down that the money moved, once. Parameters: move id, payment state,
 * payment version, events.
 */
export const settleMoveStatement: Statement = {
  name: 'settle_move',
  text: `
  with move as (
    update money_moves set state = 'done', done_at = now(), due_at = null
    where id = $1 and state = 'due'
    returning id, order_id, kind, amount
  ),
  moved as (
    update orders o set version = o.version + 1, updated_at = now(),
      captured = o.captured + case when m.kind = 'capture' then m.amount else 0 end,
      payment_state = case when $3::bigint >= o.payment_version then $2 else o.payment_state end,
      payment_version = greatest(o.payment_version, $3::bigint)
    from move m where o.id = m.order_id
    returning o.id, o.version, o.state, m.id as move_id, m.kind, m.amount
  ),
  history as (
    insert into order_history (order_id, from_state, to_state, signal, actor, detail)
    select id, state, state, case kind when 'capture' then 'captured' else 'refunded' end,
      'payments', jsonb_build_object('moveId', move_id, 'amount', amount)
    from moved
  )
  ${outboxInsert(4, { from: 'moved', version: 'version' })}
  select version from moved`,
};

/** Leaves a movement for later. Parameters: move id, due in ms. */
export const postponeMoveStatement: Statement = {
  name: 'postpone_move',
  text: `
  update money_moves set leased_until = '-infinity', due_at = now() + $2 * interval '1 ms'
  where id = $1 and state = 'due'`,
};

/**
 * A movement that payments refuses for good: a refund's claim is given back, and a
 * person has to look. Parameters: move id, reason, events.
 */
export const failMoveStatement: Statement = {
  name: 'fail_move',
  text: `
  with move as (
    update money_moves set state = 'failed', due_at = null
    where id = $1 and state = 'due'
    returning order_id, kind, amount
  ),
  moved as (
    update orders o set version = o.version + 1, updated_at = now(), state = 'care',
      care_from = case when o.state = 'care' then o.care_from else o.state end,
      care_reason = $2, due_at = null, leased_until = '-infinity',
      refunded = o.refunded - case when m.kind = 'refund' then m.amount else 0 end
    from move m where o.id = m.order_id
    returning o.id, o.version, old.state as from_state
  ),
  history as (
    insert into order_history (order_id, from_state, to_state, signal, actor, detail)
    select id, from_state, 'care', 'care-needed', 'payments',
      jsonb_build_object('moveId', $1::uuid, 'reason', $2::text)
    from moved
  )
  ${outboxInsert(3, { from: 'moved', version: 'version' })}
  select version from moved`,
};

/** Sets failed movements of an order due again: refunds claim anew, so only captures. */
export const retryMovesStatement: Statement = {
  name: 'retry_moves',
  text: `
  update money_moves set state = 'due', due_at = now(), attempts = 0, leased_until = '-infinity'
  where order_id = $1 and state = 'failed' and kind = 'capture'
  returning id`,
};
