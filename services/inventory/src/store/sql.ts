/**
 * Parts that the statements which move stock share. Each such statement locks in
 * one order, so that no two can wait for each other: reservations, their lines,
 * SKUs by name, stock by SKU and warehouse. A locking read gives the newest
 * version of a row, where a plain one gives the statement's snapshot: whatever is
 * decided here is decided on locked rows.
 *
 * Stock is set to what the locked row says plus a change, in all three quantities,
 * and after the lock. Never `held + 1` of the row itself, nor one quantity alone:
 * PostgreSQL checks constraints on what it makes of the snapshot's version of a row
 * first, and only then finds that there is a newer one, so that a right change
 * could be refused.
 */

/**
 * Locks the SKUs of the member `touched (sku)` and all their stock. Members:
 * `locked_skus`, `locked`.
 */
export const LOCK = `
  locked_skus as materialized (
    select k.sku, k.product_id, k.state
    from touched t join skus k on k.sku = t.sku
    order by k.sku
    for no key update of k
  ),
  locked as materialized (
    select s.sku, s.warehouse_id, s.on_hand, s.held, s.allocated,
      s.on_hand - s.held - s.allocated as available
    from locked_skus k join stock s on s.sku = k.sku
    order by s.sku, s.warehouse_id
    for no key update of s
  )`;

/** Columns of the member `deltas`, which says what moves. */
export const DELTA_COLUMNS =
  'kind, sku, warehouse_id, quantity, on_hand, held, allocated, reference, reason, actor';

/** Parameters of {@link apply}, such as `$4`. */
export interface ApplyParameters {
  /** Highest availability that counts as low. */
  threshold: string;
  /** The current trace as a W3C header; null without one. */
  traceparent: string;
}

/**
 * Carries out the member `deltas`: stock, ledger, the state of each SKU, and an
 * event where the state changed, which SQL alone knows. Needs {@link LOCK} before
 * it. Members: `moved`, `ledger`, `states`, `changed`, `outbox_rows`.
 */
export function apply({ threshold, traceparent }: ApplyParameters): string {
  return `
  moved as (
    update stock s
    set on_hand = l.on_hand + d.on_hand, held = l.held + d.held,
      allocated = l.allocated + d.allocated
    from (
      select sku, warehouse_id, sum(on_hand) as on_hand, sum(held) as held,
        sum(allocated) as allocated
      from deltas group by sku, warehouse_id
    ) d, locked l, (select count(*) as rows from locked) gate
    where l.sku = d.sku and l.warehouse_id = d.warehouse_id
      and s.sku = d.sku and s.warehouse_id = d.warehouse_id and gate.rows > 0
    returning s.sku
  ),
  ledger as (
    insert into movements (${DELTA_COLUMNS})
    select ${DELTA_COLUMNS} from deltas order by sku, warehouse_id
    returning id
  ),
  states as (
    select k.sku, case
      when total.available + coalesce(change.available, 0) <= 0 then 'out'
      when total.available + coalesce(change.available, 0) <= ${threshold}::bigint then 'low'
      else 'in-stock' end as state
    from locked_skus k
    join (
      select sku, sum(available) as available from locked group by sku
    ) total on total.sku = k.sku
    left join (
      select sku, sum(on_hand - held - allocated) as available
      from deltas group by sku
    ) change on change.sku = k.sku
  ),
  changed as (
    update skus k
    set state = n.state, version = k.version + 1
    from states n, locked_skus before
    where k.sku = n.sku and before.sku = n.sku and before.state <> n.state
    returning k.sku, k.product_id, k.state, k.version
  ),
  outbox_rows as (
    insert into outbox (topic, type, source, aggregate_id, aggregate_version,
      partition_key, traceparent, data)
    select 'shop.stock', 'shop.stock.changed.v1', 'inventory', sku, version, sku,
      ${traceparent}::text,
      json_build_object('sku', sku, 'productId', product_id, 'state', state)
    from changed order by sku
    returning id
  )`;
}
