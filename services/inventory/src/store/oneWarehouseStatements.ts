import type { Statement } from '@shopfloor/service-kit';

/**
 * What most orders come to, by a fifth of the work of the statements that can do
 * everything: goods of one warehouse that has plenty. When it is not so, these do
 * nothing at all and give no row; the others are asked then.
 */

/**
 * Keeps stock for a new order, all lines from the first warehouse that has all of
 * them. After that the warehouse still has more of each SKU than counts as low, so
 * that all warehouses together do: the SKU is in stock, as it was before, and there
 * is nothing to tell. That is why neither SKUs nor other warehouses are locked.
 *
 * A statement that does look at the state of a SKU locks all its stock, this row
 * too, so that it waits for this one and then sees what is left.
 *
 * Parameters: id, SKUs, quantities, hash of the lines, seconds to hold, low threshold.
 */
export const reserveAtOnceStatement: Statement = {
  name: 'reserve_at_once',
  text: `
  with locked as materialized (
    select s.sku, s.warehouse_id, s.on_hand, s.held, s.allocated, wanted.quantity
    from unnest($2::text[], $3::bigint[]) as wanted (sku, quantity)
    join stock s on s.sku = wanted.sku and s.warehouse_id = (
      select h.id from warehouses h
      where not exists (
        select from unnest($2::text[], $3::bigint[]) as w (sku, quantity)
        where not exists (
          select from stock o
          where o.sku = w.sku and o.warehouse_id = h.id
            and o.on_hand - o.held - o.allocated >= w.quantity
        )
      )
      order by h.position limit 1
    )
    where s.on_hand - s.held - s.allocated - wanted.quantity > $6::bigint
    order by s.sku
    for no key update of s
  ),
  inserted as (
    insert into reservations (id, state, lines_hash, expires_at)
    select $1, 'held', $4, now() + make_interval(secs => $5)
    where (select count(*) from locked) = cardinality($2::text[])
    on conflict (id) do nothing
    returning id, generation, expires_at
  ),
  lines as (
    insert into reservation_lines
      (reservation_id, generation, sku, warehouse_id, quantity, remaining)
    select i.id, i.generation, l.sku, l.warehouse_id, l.quantity, l.quantity
    from inserted i cross join locked l
  ),
  moved as (
    update stock s
    set on_hand = l.on_hand, held = l.held + l.quantity, allocated = l.allocated
    from inserted i cross join locked l
    where s.sku = l.sku and s.warehouse_id = l.warehouse_id
  ),
  ledger as (
    insert into movements
      (kind, sku, warehouse_id, quantity, on_hand, held, allocated, reference)
    select 'held', l.sku, l.warehouse_id, l.quantity, 0, l.quantity, 0, i.id
    from inserted i cross join locked l
  )
  select expires_at from inserted`,
};

/**
 * A parcel has left with goods of which one line of its confirmed reservation has
 * all, for each of its SKUs, and is noted as seen. What leaves was allocated, so that
 * what can be promised stays the same. Locks the reservation, its lines and their
 * stock, in the order of all. Gives no row for a parcel that was noted before.
 *
 * Parameters: event, hash of what it says, order, SKUs, quantities, shipment.
 */
export const shipAtOnceStatement: Statement = {
  name: 'ship_at_once',
  text: `
  with confirmed as materialized (
    select id, generation from reservations
    where id = $3 and state = 'confirmed'
    for no key update
  ),
  kept as materialized (
    select l.reservation_id, l.generation, l.sku, l.warehouse_id, l.shipped,
      l.remaining, wanted.quantity
    from confirmed c
    cross join unnest($4::text[], $5::bigint[]) as wanted (sku, quantity)
    join reservation_lines l on l.reservation_id = c.id
      and l.generation = c.generation and l.sku = wanted.sku
    where l.remaining >= wanted.quantity
    order by l.sku, l.warehouse_id
    for no key update of l
  ),
  locked as materialized (
    select s.sku, s.warehouse_id, s.on_hand, s.held, s.allocated, k.quantity
    from kept k
    join stock s on s.sku = k.sku and s.warehouse_id = k.warehouse_id
    where (select count(*) from kept) = cardinality($4::text[])
    order by s.sku, s.warehouse_id
    for no key update of s
  ),
  noted as (
    insert into stock_documents (id, kind, body_hash)
    select $1, 'shipment', $2
    where (select count(*) from locked) = cardinality($4::text[])
    on conflict (id) do nothing
    returning id
  ),
  sent as (
    update reservation_lines l
    set shipped = k.shipped + k.quantity, remaining = k.remaining - k.quantity
    from noted cross join kept k
    where l.reservation_id = k.reservation_id and l.generation = k.generation
      and l.sku = k.sku and l.warehouse_id = k.warehouse_id
  ),
  moved as (
    update stock s
    set on_hand = l.on_hand - l.quantity, held = l.held,
      allocated = l.allocated - l.quantity
    from noted cross join locked l
    where s.sku = l.sku and s.warehouse_id = l.warehouse_id
  ),
  ledger as (
    insert into movements
      (kind, sku, warehouse_id, quantity, on_hand, held, allocated, reference)
    select 'shipped', l.sku, l.warehouse_id, l.quantity, -l.quantity, 0, -l.quantity, $6
    from noted cross join locked l
  )
  select id from noted`,
};
