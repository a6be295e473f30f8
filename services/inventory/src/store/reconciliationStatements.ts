import type { Statement } from '@shopfloor/service-kit';

/**
 * Compares what the stock says, what the movements add up to and what reservations
 * keep. One statement sees one snapshot, and all three are always written together,
 * so nothing needs to be locked to find a difference. `which` gives the member
 * `batch (sku)`.
 */
function compareText(which: string, where: string): string {
  return `
  with batch as materialized (${which}),
  ledger as (
    select m.sku, m.warehouse_id, sum(m.on_hand) as on_hand, sum(m.held) as held,
      sum(m.allocated) as allocated
    from movements m where m.sku in (select sku from batch)
    group by m.sku, m.warehouse_id
  ),
  kept as (
    select l.sku, l.warehouse_id,
      coalesce(sum(l.remaining) filter (where r.state = 'held'), 0) as held,
      coalesce(sum(l.remaining) filter (where r.state = 'confirmed'), 0) as allocated
    from reservation_lines l
    join reservations r
      on r.id = l.reservation_id and r.generation = l.generation
    where l.remaining > 0 and l.sku in (select sku from batch)
    group by l.sku, l.warehouse_id
  ),
  compared as (
    select sku, warehouse_id,
      coalesce(s.on_hand, 0) as stock_on_hand, coalesce(s.held, 0) as stock_held,
      coalesce(s.allocated, 0) as stock_allocated,
      coalesce(g.on_hand, 0) as ledger_on_hand, coalesce(g.held, 0) as ledger_held,
      coalesce(g.allocated, 0) as ledger_allocated,
      coalesce(kept.held, 0) as kept_held, coalesce(kept.allocated, 0) as kept_allocated
    from (select * from stock where sku in (select sku from batch)) s
    full join ledger g using (sku, warehouse_id)
    full join kept using (sku, warehouse_id)
  )
  select sku, warehouse_id,
    stock_on_hand::float8, stock_held::float8, stock_allocated::float8,
    ledger_on_hand::float8, ledger_held::float8, ledger_allocated::float8,
    kept_held::float8, kept_allocated::float8
  from compared ${where}
  order by sku, warehouse_id`;
}

/** The places of some SKUs where the three disagree. Parameters: SKUs. */
export const differingStatement: Statement = {
  name: 'find_differing',
  text: compareText(
    'select sku from skus where sku = any($1::text[])',
    `where stock_on_hand <> ledger_on_hand
      or stock_held <> ledger_held or stock_held <> kept_held
      or stock_allocated <> ledger_allocated or stock_allocated <> kept_allocated`,
  ),
};

/** What can be promised of a row's stock, as the word that others are told. */
function stateText(threshold: string): string {
  return `case
    when coalesce(sum(s.on_hand - s.held - s.allocated), 0) <= 0 then 'out'
    when sum(s.on_hand - s.held - s.allocated) <= ${threshold}::bigint then 'low'
    else 'in-stock' end`;
}

/**
 * A batch of SKUs with the state that was told and the one that is. Parameters: SKU
 * before the batch, rows, low threshold.
 */
export const batchStatement: Statement = {
  name: 'reconcile_batch',
  text: `
  select k.sku, k.state as told, ${stateText('$3')} as actual
  from (select sku, state from skus where sku > $1 order by sku limit $2) k
  left join stock s on s.sku = k.sku
  group by k.sku, k.state
  order by k.sku`,
};

/** SKUs of which others were told another state than is. Parameters: SKUs, low threshold. */
export const stateStatement: Statement = {
  name: 'find_wrong_states',
  text: `
  select k.sku, k.state as told, ${stateText('$2')} as actual
  from skus k left join stock s on s.sku = k.sku
  where k.sku = any($1::text[])
  group by k.sku, k.state
  having k.state <> ${stateText('$2')}
  order by k.sku`,
};

/** Locks SKUs and their stock in the order of all. Parameters: SKUs. */
export const lockStockStatement: Statement = {
  name: 'lock_stock',
  text: `
  with k as materialized (
    select sku from skus where sku = any($1::text[])
    order by sku for no key update
  ),
  s as materialized (
    select s.sku, s.warehouse_id from k join stock s on s.sku = k.sku
    order by s.sku, s.warehouse_id for no key update of s
  )
  select count(*)::int as rows from s`,
};

/**
 * Sets the stock of one place to what it should be. Parameters: SKU, warehouse, on
 * hand, held, allocated.
 */
export const setStockStatement: Statement = {
  name: 'set_stock',
  text: `
  insert into stock (sku, warehouse_id, on_hand, held, allocated)
  values ($1, $2, $3, $4, $5)
  on conflict (sku, warehouse_id) do update
  set on_hand = excluded.on_hand, held = excluded.held, allocated = excluded.allocated`,
};

/**
 * Writes into the ledger what brings it to the truth. Parameters: SKU, warehouse,
 * held, allocated, reconciliation, reason.
 */
export const adjustLedgerStatement: Statement = {
  name: 'adjust_ledger',
  text: `
  insert into movements
    (kind, sku, warehouse_id, quantity, on_hand, held, allocated, reference, reason)
  values ('adjusted', $1, $2,
    greatest(abs($3::bigint), abs($4::bigint)), 0, $3, $4, $5, $6)`,
};

/** Lines that keep something for a reservation that keeps nothing any more. Parameters: SKUs. */
export const clearStrayLinesStatement: Statement = {
  name: 'clear_stray_lines',
  text: `
  update reservation_lines l set remaining = 0
  from reservations r
  where r.id = l.reservation_id and l.sku = any($1::text[]) and l.remaining > 0
    and (r.generation <> l.generation or r.state not in ('held', 'confirmed'))`,
};

/** Notes a difference in the report, once. Parameters: as the columns. */
export const insertDifferenceStatement: Statement = {
  name: 'insert_difference',
  text: `
  insert into reconciliation_differences
    (reconciliation_id, sku, warehouse_id, quantity, stock, ledger, reservations, outcome)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict do nothing`,
};

/**
 * Opens a reconciliation, or returns the one that is open. `created` says which.
 * Parameters: id, who asked.
 */
export const openReconciliationStatement: Statement = {
  name: 'open_reconciliation',
  text: `
  insert into reconciliations (id, state, requested_by) values ($1, 'open', $2)
  on conflict (state) where state = 'open' do update set state = 'open'
  returning id`,
};

/**
 * Opens a reconciliation when none is open and the last began long enough ago.
 * Parameters: id, seconds between two.
 */
export const scheduleReconciliationStatement: Statement = {
  name: 'schedule_reconciliation',
  text: `
  insert into reconciliations (id, state, requested_by)
  select $1, 'open', 'schedule'
  where not exists (
    select from reconciliations
    where state = 'open' or started_at > now() - make_interval(secs => $2))
  on conflict (state) where state = 'open' do nothing`,
};

/** The open reconciliation and how far it has come. */
export const openStatement: Statement = {
  name: 'find_open_reconciliation',
  text: `select id, after_sku from reconciliations where state = 'open'`,
};

/** Notes progress. Parameters: id, last SKU looked at, SKUs, holds ended, whether it is the end. */
export const progressStatement: Statement = {
  name: 'reconciliation_progress',
  text: `
  update reconciliations r
  set after_sku = $2, skus_checked = skus_checked + $3, holds_expired = holds_expired + $4,
    differences = found.total, unrepaired = found.open,
    state = case when $5 then 'done' else state end,
    finished_at = case when $5 then now() end
  from (
    select count(*) as total, count(*) filter (where outcome = 'needs-care') as open
    from reconciliation_differences where reconciliation_id = $1
  ) found
  where r.id = $1 and r.state = 'open'
  returning r.id`,
};

const RECONCILIATION_COLUMNS = `id, state, requested_by, skus_checked::float8,
  holds_expired::float8, differences::float8, unrepaired::float8, started_at, finished_at`;

/** One reconciliation. Parameters: id. */
export const findReconciliationStatement: Statement = {
  name: 'find_reconciliation',
  text: `select ${RECONCILIATION_COLUMNS} from reconciliations where id = $1`,
};

/** Reconciliations, newest first: their ids sort by time. Parameters: rows, id before the page or null. */
export const listReconciliationsStatement: Statement = {
  name: 'list_reconciliations',
  text: `
  select ${RECONCILIATION_COLUMNS} from reconciliations
  where $2::uuid is null or id < $2
  order by id desc limit $1`,
};

/** The differences of a reconciliation. Parameters: id, rows, place before the page. */
export const listDifferencesStatement: Statement = {
  name: 'list_differences',
  text: `
  select sku, warehouse_id, quantity, stock, ledger, reservations, outcome
  from reconciliation_differences
  where reconciliation_id = $1
    and (sku, warehouse_id, quantity) > ($3::text, $4::text, $5::text)
  order by sku, warehouse_id, quantity limit $2`,
};
