import type { Statement } from '@shopfloor/service-kit';
import { apply, DELTA_COLUMNS, LOCK } from './sql.ts';

/**
 * What can be promised of each SKU, in their order. Holds past their time count as
 * free at once, whether or not anybody has swept them.
 *
 * Parameters: SKUs as JSON, which the planner takes for a hundred however many they
 * are; of an array it counts them, finds that a plan for just so many is cheaper, and
 * makes it anew at each execution, for ten times what the execution takes.
 */
export const availabilityStatement: Statement = {
  name: 'availability',
  text: `
  with late as materialized (
    select l.sku, sum(l.remaining) as quantity
    from reservations r
    join reservation_lines l
      on l.reservation_id = r.id and l.generation = r.generation
    where r.state = 'held' and r.expires_at <= now() and l.remaining > 0
    group by l.sku
  )
  select asked.sku, (
    coalesce((
      select sum(s.on_hand - s.held - s.allocated) from stock s where s.sku = asked.sku
    ), 0) + coalesce((select quantity from late where late.sku = asked.sku), 0)
  )::float8 as available
  from json_array_elements_text($1::json) with ordinality as asked (sku, place)
  order by asked.place`,
};

/**
 * Marks a document as seen; not `fresh` when it was before. Locks a reservation as well, so that what a later statement reads of it is
 * the newest. Parameters: id, kind, hash of what it says, actor, reservation or null.
 */
export const insertDocumentStatement: Statement = {
  name: 'insert_document',
  text: `
  with held as materialized (
    select id from reservations where id = $5::uuid for no key update
  ),
  noted as (
    insert into stock_documents (id, kind, body_hash, actor)
    values ($1, $2, $3, $4)
    on conflict (id) do nothing
    returning id
  )
  select exists (select from noted) as fresh, (select count(*)::int from held) as held`,
};

/** Reads what is known of a document. Parameters: id. */
export const findDocumentStatement: Statement = {
  name: 'find_document',
  text: 'select kind, body_hash from stock_documents where id = $1',
};

/**
 * Makes the rows that a movement may need, before the statement that locks them.
 * Parameters: SKUs and warehouses, paired.
 */
export const ensureStockStatement: Statement = {
  name: 'ensure_stock',
  text: `
  insert into stock (sku, warehouse_id)
  select k.sku, h.id
  from unnest($1::text[], $2::text[]) as wanted (sku, warehouse_id)
  join skus k on k.sku = wanted.sku
  join warehouses h on h.id = wanted.warehouse_id
  order by k.sku, h.id
  on conflict (sku, warehouse_id) do nothing`,
};

/**
 * Gives SKUs a row in every warehouse. Rows are there before goods are, since a
 * statement that waits for the locks of a SKU does not see a row made meanwhile.
 * Parameters: SKUs.
 */
export const fillSkusStatement: Statement = {
  name: 'fill_skus',
  text: `
  insert into stock (sku, warehouse_id)
  select wanted.sku, h.id
  from unnest($1::text[]) as wanted (sku) cross join warehouses h
  order by wanted.sku, h.id
  on conflict (sku, warehouse_id) do nothing`,
};

/**
 * Gives a batch of SKUs a row in a warehouse. Parameters: warehouse, SKU before the
 * batch, rows.
 */
export const fillWarehouseStatement: Statement = {
  name: 'fill_warehouse',
  text: `
  with batch as materialized (
    select sku from skus where sku > $2 order by sku limit $3
  ),
  filled as (
    insert into stock (sku, warehouse_id) select sku, $1 from batch order by sku
    on conflict (sku, warehouse_id) do nothing
  )
  select max(sku) as last, count(*)::int as rows from batch`,
};

/** Which of some SKUs and warehouses are not known. Parameters: SKUs, warehouses. */
export const unknownStatement: Statement = {
  name: 'unknown_places',
  text: `
  select 'sku' as what, asked.name from unnest($1::text[]) as asked (name)
  where not exists (select from skus where sku = asked.name)
  union all
  select 'warehouse', asked.name from unnest($2::text[]) as asked (name)
  where not exists (select from warehouses where id = asked.name)`,
};

/**
 * Moves stock as told, all or nothing. Returns what would fall below nothing, and
 * then has moved nothing. Parameters: deltas as JSON, low threshold, traceparent,
 * SKUs whose state is looked at although nothing moves.
 */
export const moveStatement: Statement = {
  name: 'move_stock',
  text: `
  with asked as materialized (
    select ${DELTA_COLUMNS}
    from json_to_recordset($1::json) as d (
      kind text, sku text, warehouse_id text, quantity bigint, on_hand bigint,
      held bigint, allocated bigint, reference uuid, reason text, actor text)
  ),
  touched as (
    select sku from asked union select unnest($4::text[])
  ),
  ${LOCK},
  short as materialized (
    select a.sku, a.warehouse_id, l.available
    from (
      select sku, warehouse_id, sum(on_hand - held - allocated) as change
      from asked group by sku, warehouse_id
    ) a
    left join locked l on l.sku = a.sku and l.warehouse_id = a.warehouse_id
    where l.available is null or l.available + a.change < 0
  ),
  deltas as materialized (
    select * from asked where not exists (select from short)
  ),
  ${apply({ threshold: '$2', traceparent: '$3' })}
  select sku, warehouse_id, available::float8 from short`,
};

/**
 * Goods have left: first what is allocated to the order, then what is free. All or
 * nothing; returns the SKUs of which there are not so many. The reservation has to
 * be locked by a statement before, {@link insertDocumentStatement}. Parameters:
 * order, lines as JSON, shipment, low threshold, traceparent.
 */
export const shipStatement: Statement = {
  name: 'ship',
  text: `
  with wanted as materialized (
    select sku, quantity
    from json_to_recordset($2::json) as w (sku text, quantity bigint)
  ),
  ours as materialized (
    select l.sku, l.warehouse_id, l.generation, l.remaining, h.position, w.quantity
    from reservations r
    join reservation_lines l
      on l.reservation_id = r.id and l.generation = r.generation
    join wanted w on w.sku = l.sku
    join warehouses h on h.id = l.warehouse_id
    where r.id = $1 and r.state = 'confirmed' and l.remaining > 0
  ),
  touched as (select sku from wanted),
  ${LOCK},
  allocated as materialized (
    select sku, warehouse_id, generation, least(remaining, quantity - before) as take
    from (
      select *, coalesce(sum(remaining) over (
        partition by sku order by position
        rows between unbounded preceding and 1 preceding
      ), 0) as before from ours
    ) as placed
    where before < quantity
  ),
  rest as (
    select w.sku, w.quantity - coalesce(sum(a.take), 0) as quantity
    from wanted w left join allocated a on a.sku = w.sku
    group by w.sku, w.quantity
  ),
  free as (
    select sku, warehouse_id, least(available, quantity - before) as take
    from (
      select l.sku, l.warehouse_id, l.available, rest.quantity,
        coalesce(sum(l.available) over (
          partition by l.sku order by h.position
          rows between unbounded preceding and 1 preceding
        ), 0) as before
      from locked l
      join rest on rest.sku = l.sku and rest.quantity > 0
      join warehouses h on h.id = l.warehouse_id
      where l.available > 0
    ) as placed
    where before < quantity
  ),
  short as materialized (
    select rest.sku, rest.quantity - coalesce(sum(f.take), 0) as missing
    from rest left join free f on f.sku = rest.sku
    group by rest.sku, rest.quantity
    having rest.quantity > coalesce(sum(f.take), 0)
  ),
  deltas as materialized (
    select 'shipped' as kind, taken.sku, taken.warehouse_id,
      sum(taken.take) as quantity, -sum(taken.take) as on_hand, 0 as held,
      -coalesce(sum(taken.take) filter (where taken.ours), 0) as allocated,
      $3::uuid as reference, null::text as reason, null::text as actor
    from (
      select sku, warehouse_id, take, true as ours from allocated
      union all
      select sku, warehouse_id, take, false from free
    ) taken
    where not exists (select from short)
    group by taken.sku, taken.warehouse_id
  ),
  sent as (
    update reservation_lines l
    set shipped = l.shipped + a.take, remaining = l.remaining - a.take
    from allocated a
    where l.reservation_id = $1 and l.generation = a.generation
      and l.sku = a.sku and l.warehouse_id = a.warehouse_id
      and not exists (select from short)
    returning l.sku
  ),
  ${apply({ threshold: '$4', traceparent: '$5' })}
  select sku, missing::float8 from short`,
};

/**
 * Where returned goods go back to: the warehouse that sent them, else the first.
 * No row for a SKU that is not known. Parameters: order, SKUs.
 */
export const returnPlacesStatement: Statement = {
  name: 'return_places',
  text: `
  select k.sku, coalesce(
    (
      select l.warehouse_id from reservation_lines l
      join warehouses h on h.id = l.warehouse_id
      where l.reservation_id = $1 and l.sku = k.sku and l.shipped > 0
      order by l.generation desc, h.position limit 1
    ),
    (select id from warehouses order by position limit 1)
  ) as warehouse_id
  from skus k where k.sku = any($2::text[])`,
};

/** Reads one SKU with its warehouses. Parameters: SKU. */
export const findSkuStatement: Statement = {
  name: 'find_sku',
  text: skuText('where k.sku = $1'),
};

/** One page of SKUs by name. Parameters: SKU before the page, rows, state or null, warehouse or null. */
export const listSkusStatement: Statement = {
  name: 'list_skus',
  text: skuText(`
    where k.sku > $1 and ($3::text is null or k.state = $3)
      and ($4::text is null or exists (
        select from stock s
        where s.sku = k.sku and s.warehouse_id = $4 and s.on_hand > 0))
    order by k.sku limit $2`),
};

function skuText(where: string): string {
  return `
  select k.sku, k.product_id, k.state, k.listed, k.sample,
    coalesce((
      select json_agg(json_build_object('warehouseId', s.warehouse_id,
        'onHand', s.on_hand, 'held', s.held, 'allocated', s.allocated,
        'available', s.on_hand - s.held - s.allocated) order by h.position)
      from stock s join warehouses h on h.id = s.warehouse_id
      where s.sku = k.sku
    ), '[]') as warehouses
  from skus k ${where}`;
}

/**
 * One page of the ledger, newest first. Parameters: id before the page or null,
 * rows, SKU or null, warehouse or null, kind or null, reference or null.
 */
export function listMovementsStatement(by: {
  sku: boolean;
  reference: boolean;
}): Statement {
  return {
    name: `list_movements${by.sku ? '_sku' : ''}${by.reference ? '_reference' : ''}`,
    text: `
    select m.id::text, kind, sku, warehouse_id, quantity::float8, on_hand::float8,
      held::float8, allocated::float8, reference, reason, actor, recorded_at
    from movements m
    where ($1::bigint is null or m.id < $1)
      and ${by.sku ? 'sku = $3' : '$3::text is null'}
      and ($4::text is null or warehouse_id = $4)
      and ($5::text is null or kind = $5)
      and ${by.reference ? 'reference = $6' : '$6::uuid is null'}
    order by m.id desc limit $2`,
  };
}

/** Every warehouse, in the order of preference. */
export const listWarehousesStatement: Statement = {
  name: 'list_warehouses',
  text: 'select id, name, position from warehouses order by position',
};

/** Makes or changes a warehouse. Parameters: id, name, position. */
export const putWarehouseStatement: Statement = {
  name: 'put_warehouse',
  text: `
  insert into warehouses (id, name, position) values ($1, $2, $3)
  on conflict (id) do update set name = excluded.name, position = excluded.position
  returning id, name, position`,
};

/**
 * Learns the SKUs of a product; older news than what is known is passed over.
 * Parameters: product, version, SKUs, sample, whether it is sold no more.
 */
export const upsertSkusStatement: Statement = {
  name: 'upsert_skus',
  text: `
  with locked as materialized (
    select sku from skus
    where product_id = $1::uuid or sku = any($3::text[])
    order by sku for no key update
  ),
  named as (
    insert into skus (sku, product_id, product_version, sample, listed)
    select s.sku, $1::uuid, $2::bigint, $4::boolean, not $5::boolean
    from unnest($3::text[]) as s (sku), (select count(*) as rows from locked) gate
    where gate.rows >= 0
    order by s.sku
    on conflict (sku) do update
    set product_id = excluded.product_id, product_version = excluded.product_version,
      sample = excluded.sample, listed = excluded.listed
    where skus.product_id <> excluded.product_id
      or skus.product_version < excluded.product_version
    returning sku
  ),
  dropped as (
    update skus set listed = false, product_version = $2
    where product_id = $1 and product_version < $2 and listed
      and not (sku = any($3::text[]))
    returning sku
  )
  select sku from named`,
};
