import type { Statement } from '@shopfloor/service-kit';
import { apply, DELTA_COLUMNS, LOCK } from './sql.ts';

/**
 * Keeps stock for an order, whatever there was before: all lines or none, in one
 * statement. What is usual is tried first, {@link reserveAtOnceStatement}. One warehouse
 * that has all is preferred, the first by position; else each line is taken from
 * the first warehouse that has all of it, else gathered by position.
 *
 * A hold past its time that nobody has swept yet still has its stock: then only
 * its time is extended. One that ended takes its stock anew (`again`).
 *
 * Parameters: id, lines as JSON in the order of their SKUs, hash of the lines,
 * seconds to hold, low threshold, traceparent.
 */
export const reserveStatement: Statement = {
  name: 'reserve',
  text: `
  with wanted as materialized (
    select sku, quantity
    from json_to_recordset($2::json) as w (sku text, quantity bigint)
  ),
  existing as materialized (
    select id, state, lines_hash, expires_at, expires_at <= now() as late
    from reservations where id = $1 for no key update
  ),
  way as materialized (
    select case
      when e.id is null then 'new'
      when e.lines_hash <> $3 then 'other'
      when e.state in ('released', 'expired') then 'again'
      when e.state = 'held' and e.late then 'extend'
      else 'same' end as way,
      e.state, e.expires_at
    from (select 1) as one left join existing e on true
  ),
  touched as (
    select sku from wanted where (select way from way) in ('new', 'again')
  ),
  ${LOCK},
  offers as (
    select l.sku, l.warehouse_id, l.available, w.quantity, h.position
    from locked l
    join wanted w on w.sku = l.sku
    join warehouses h on h.id = l.warehouse_id
    where l.available > 0
  ),
  single as materialized (
    select warehouse_id from offers where available >= quantity
    group by warehouse_id, position
    having count(*) = (select count(*) from wanted)
    order by position limit 1
  ),
  gathered as (
    select sku, warehouse_id, quantity, available,
      coalesce(sum(available) over (
        partition by sku order by available >= quantity desc, position
        rows between unbounded preceding and 1 preceding
      ), 0) as before
    from offers
  ),
  plan as materialized (
    select sku, warehouse_id, quantity as take from offers
    where warehouse_id = (select warehouse_id from single)
    union all
    select sku, warehouse_id, least(available, quantity - before) from gathered
    where before < quantity and not exists (select from single)
  ),
  short as materialized (
    select w.sku, coalesce(sum(l.available), 0) as available
    from wanted w left join locked l on l.sku = w.sku
    where (select way from way) in ('new', 'again')
    group by w.sku, w.quantity
    having coalesce(sum(l.available), 0) < w.quantity
  ),
  inserted as (
    insert into reservations (id, state, lines_hash, expires_at)
    select $1, 'held', $3, now() + make_interval(secs => $4)
    where (select way from way) = 'new' and not exists (select from short)
    on conflict (id) do nothing
    returning id, generation, expires_at
  ),
  again as (
    update reservations r
    set state = 'held', generation = r.generation + 1, updated_at = now(),
      expires_at = now() + make_interval(secs => $4)
    from existing e
    where r.id = e.id and (select way from way) = 'again'
      and not exists (select from short)
    returning r.id, r.generation, r.expires_at
  ),
  extended as (
    update reservations r
    set updated_at = now(), expires_at = now() + make_interval(secs => $4)
    from existing e
    where r.id = e.id and (select way from way) = 'extend'
    returning r.expires_at
  ),
  claimed as materialized (
    select id, generation, expires_at from inserted
    union all
    select id, generation, expires_at from again
  ),
  lines as (
    insert into reservation_lines
      (reservation_id, generation, sku, warehouse_id, quantity, remaining)
    select c.id, c.generation, p.sku, p.warehouse_id, p.take, p.take
    from plan p cross join claimed c
    returning sku
  ),
  deltas as materialized (
    select 'held' as kind, p.sku, p.warehouse_id, p.take as quantity,
      0 as on_hand, p.take as held, 0 as allocated, c.id as reference,
      null::text as reason, null::text as actor
    from plan p cross join claimed c
  ),
  ${apply({ threshold: '$5', traceparent: '$6' })}
  select way.way, way.state, way.expires_at as known_until,
    coalesce((select expires_at from claimed), (select expires_at from extended)) as held_until,
    coalesce(
      (select json_agg(json_build_object('sku', sku, 'available', available) order by sku) from short),
      '[]'
    ) as short
  from way`,
};

/**
 * Turns a hold into an allocation. What can be promised does not change, so that
 * SKUs and other warehouses are not locked. `lines` is how many were allocated; 0
 * for a hold in time when another statement changed it after this one's snapshot,
 * of which the answer tells: ask again.
 *
 * The lines have to be seen, not only their reservation's newest version: those of
 * a generation that is newer than the snapshot are not.
 *
 * Parameters: id.
 */
export const confirmStatement: Statement = {
  name: 'confirm',
  text: `
  with confirmed as (
    update reservations r set state = 'confirmed', updated_at = now()
    where r.id = $1 and r.state = 'held' and r.expires_at > now()
      and exists (
        select from reservation_lines l
        where l.reservation_id = r.id and l.generation = r.generation and l.remaining > 0
      )
    returning r.id, r.generation
  ),
  locked as materialized (
    select c.id, s.sku, s.warehouse_id, s.on_hand, s.held, s.allocated, l.remaining
    from confirmed c
    join reservation_lines l
      on l.reservation_id = c.id and l.generation = c.generation
    join stock s on s.sku = l.sku and s.warehouse_id = l.warehouse_id
    where l.remaining > 0
    order by s.sku, s.warehouse_id
    for no key update of s
  ),
  moved as (
    update stock s
    set on_hand = l.on_hand, held = l.held - l.remaining,
      allocated = l.allocated + l.remaining
    from locked l
    where s.sku = l.sku and s.warehouse_id = l.warehouse_id
  ),
  ledger as (
    insert into movements (${DELTA_COLUMNS})
    select 'confirmed', sku, warehouse_id, remaining, 0, -remaining, remaining, id,
      null, null
    from locked
  )
  select r.state, r.expires_at, r.expires_at <= now() as late,
    (select count(*)::int from locked) as lines
  from reservations r where r.id = $1`,
};

/**
 * Gives back what a reservation still keeps, held or allocated. Parameters: id,
 * low threshold, traceparent. `lines` as for {@link confirmStatement}.
 */
export const releaseStatement: Statement = {
  name: 'release',
  text: `
  with existing as materialized (
    select id, state, generation, expires_at
    from reservations where id = $1 for no key update
  ),
  ours as materialized (
    select l.sku, l.warehouse_id, l.generation, l.remaining, e.id, e.state
    from existing e
    join reservation_lines l
      on l.reservation_id = e.id and l.generation = e.generation
    where e.state in ('held', 'confirmed')
    order by l.sku, l.warehouse_id
    for no key update of l
  ),
  freed as materialized (select * from ours where remaining > 0),
  touched as (select distinct sku from freed),
  ${LOCK},
  released as (
    update reservations r set state = 'released', updated_at = now()
    from existing e
    where r.id = e.id
      and (e.state = 'expired' or exists (select from freed))
    returning r.id
  ),
  cleared as (
    update reservation_lines l set remaining = 0
    from freed f
    where l.reservation_id = f.id and l.generation = f.generation
      and l.sku = f.sku and l.warehouse_id = f.warehouse_id
    returning l.sku
  ),
  deltas as materialized (
    select 'released' as kind, sku, warehouse_id, remaining as quantity,
      0 as on_hand,
      case state when 'held' then -remaining else 0 end as held,
      case state when 'confirmed' then -remaining else 0 end as allocated,
      id as reference, null::text as reason, null::text as actor
    from freed
  ),
  ${apply({ threshold: '$2', traceparent: '$3' })}
  select e.state, e.expires_at,
    (select count(*)::int from ours) as lines,
    (select count(*)::int from freed) as freed
  from existing e`,
};

/**
 * Ends holds past their time; `due` says which and in which order they are locked.
 */
function expireText(due: string): string {
  return `
  due as materialized (${due}),
  freed as materialized (
    select d.id, d.generation, l.sku, l.warehouse_id, l.remaining
    from due d
    join reservation_lines l
      on l.reservation_id = d.id and l.generation = d.generation
    where l.remaining > 0
    order by d.id, l.sku, l.warehouse_id
    for no key update of l
  ),
  touched as (select distinct sku from freed),
  ${LOCK},
  expired as (
    update reservations r set state = 'expired', updated_at = now()
    where r.id in (select id from freed)
    returning r.id
  ),
  cleared as (
    update reservation_lines l set remaining = 0
    from freed f
    where l.reservation_id = f.id and l.generation = f.generation
      and l.sku = f.sku and l.warehouse_id = f.warehouse_id
    returning l.sku
  ),
  deltas as materialized (
    select 'released' as kind, sku, warehouse_id, remaining as quantity,
      0 as on_hand, -remaining as held, 0 as allocated, id as reference,
      'expired' as reason, null::text as actor
    from freed
  ),
  ${apply({ threshold: '$2', traceparent: '$3' })}`;
}

/**
 * Ends holds past their time, oldest first, passing over those that somebody works
 * on. Parameters: most of them, low threshold, traceparent.
 */
export const sweepStatement: Statement = {
  name: 'sweep_expired',
  text: `
  with ${expireText(`
    select id, generation from reservations
    where state = 'held' and expires_at <= now()
    order by expires_at limit $1
    for no key update skip locked`)}
  select count(*)::int as expired from expired`,
};

/**
 * Ends holds past their time that keep any of some SKUs, waiting for whoever works
 * on one. Asking again for the stock is worth while if holds were `seen`, whoever
 * ended them, or if there is more than was told (`freed`): another may have ended
 * them before this statement began. Parameters: SKUs, low threshold, traceparent,
 * what was told to be available of each.
 */
export const reclaimStatement: Statement = {
  name: 'reclaim_expired',
  text: `
  with candidates as materialized (
    select distinct r.id
    from reservations r
    join reservation_lines l
      on l.reservation_id = r.id and l.generation = r.generation
    where r.state = 'held' and r.expires_at <= now()
      and l.remaining > 0 and l.sku = any($1::text[])
    order by r.id limit 200
  ),
  ${expireText(`
    select r.id, r.generation from candidates c join reservations r on r.id = c.id
    where r.state = 'held' and r.expires_at <= now()
    order by r.id
    for no key update of r`)}
  select (select count(*)::int from candidates) as seen, count(*)::int as expired,
    exists (
      select from unnest($1::text[], $4::bigint[]) as told (sku, available)
      where told.available < (
        select sum(s.on_hand - s.held - s.allocated) from stock s where s.sku = told.sku
      )
    ) as freed
  from expired`,
};

/** Reads a reservation with the lines of its newest generation. Parameters: id. */
export const findReservationStatement: Statement = {
  name: 'find_reservation',
  text: `
  select r.id, r.lines_hash, r.expires_at,
    case when r.state = 'held' and r.expires_at <= now()
      then 'expired' else r.state end as state,
    coalesce((
      select json_agg(json_build_object('sku', l.sku, 'quantity', l.quantity,
        'warehouseId', l.warehouse_id, 'shipped', l.shipped)
        order by l.sku, l.warehouse_id)
      from reservation_lines l
      where l.reservation_id = r.id and l.generation = r.generation
    ), '[]') as lines
  from reservations r where r.id = $1`,
};
