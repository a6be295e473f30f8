import type { Statement } from '@shopfloor/service-kit';

const COLUMNS = `l.id, l.currency, l.prices_include_tax, l.valid_from, l.valid_until,
  l.version::int, l.applied is true as applied,
  (select count(*)::int from price_list_prices p where p.price_list_id = l.id) as price_count`;

/** Every price list. */
export const listPriceListsStatement: Statement = {
  name: 'list_price_lists',
  text: `select ${COLUMNS} from price_lists l order by l.currency, l.valid_from, l.id`,
};

/** One price list. Parameters: id. */
export const findPriceListStatement: Statement = {
  name: 'find_price_list',
  text: `select ${COLUMNS} from price_lists l where l.id = $1`,
};

/** Locks a price list. Parameters: id. */
export const lockPriceListStatement: Statement = {
  name: 'lock_price_list',
  text: `
  select id, currency, prices_include_tax, version::int, valid_from, valid_until
  from price_lists where id = $1 for no key update`,
};

/** Learns whether prices of a currency are gross, once; returns how it is. Parameters: currency, gross. */
export const putCurrencyStatement: Statement = {
  name: 'put_price_currency',
  text: `
  insert into price_currencies (currency, prices_include_tax) values ($1, $2)
  on conflict (currency) do update set prices_include_tax = price_currencies.prices_include_tax
  returning prices_include_tax`,
};

/** Makes a price list. No row when its id is known. Parameters: id, currency, gross, validity. */
export const insertPriceListStatement: Statement = {
  name: 'insert_price_list',
  text: `
  insert into price_lists (id, currency, prices_include_tax, valid_from, valid_until)
  values ($1, $2, $3, $4, $5)
  on conflict (id) do nothing
  returning id`,
};

/** Changes when a price list is valid; its prices are then brought in step. Parameters: id, validity. */
export const updatePriceListStatement: Statement = {
  name: 'update_price_list',
  text: `
  update price_lists
  set valid_from = $2, valid_until = $3, version = version + 1, applied = null
  where id = $1`,
};

/** Raises the version of a price list. Parameters: id. */
export const touchPriceListStatement: Statement = {
  name: 'touch_price_list',
  text: 'update price_lists set version = version + 1 where id = $1',
};

/** Writes and removes prices of a list. Parameters: list, prices as JSON. */
export const putPricesStatement: Statement = {
  name: 'put_prices',
  text: `
  with wanted as materialized (
    select sku, amount from json_to_recordset($2::json) as w (sku text, amount bigint)
  ),
  removed as (
    delete from price_list_prices p using wanted w
    where p.price_list_id = $1 and p.sku = w.sku and w.amount is null
  )
  insert into price_list_prices (price_list_id, sku, amount)
  select $1::text, sku, amount from wanted where amount is not null order by sku
  on conflict (price_list_id, sku) do update set amount = excluded.amount
  where price_list_prices.amount <> excluded.amount`,
};

/** Products of some SKUs; a SKU that is not known has no row. Parameters: SKUs. */
export const productsOfSkusStatement: Statement = {
  name: 'products_of_skus',
  text: 'select sku, product_id from variants where sku = any($1::text[])',
};

/**
 * Brings what shoppers see in step with the price lists: of those that are valid now
 * and price a SKU, the one that began last. Returns products whose prices changed.
 * Parameters: SKUs, currency.
 */
export const applyPricesStatement: Statement = {
  name: 'apply_prices',
  text: `
  with effective as materialized (
    select distinct on (p.sku) p.sku, p.amount
    from price_list_prices p
    join price_lists l on l.id = p.price_list_id
    where p.sku = any($1::text[]) and l.currency = $2
      and l.valid_from <= now() and (l.valid_until is null or l.valid_until > now())
    order by p.sku, l.valid_from desc, l.id
  ),
  removed as (
    delete from prices
    where sku = any($1::text[]) and currency = $2
      and not exists (select from effective e where e.sku = prices.sku)
    returning sku
  ),
  put as (
    insert into prices (sku, currency, amount)
    select sku, $2::char(3), amount from effective
    on conflict (sku, currency) do update set amount = excluded.amount
    where prices.amount <> excluded.amount
    returning sku
  )
  select distinct v.product_id as id
  from variants v join (select sku from removed union all select sku from put) c on c.sku = v.sku`,
};

/** A price list whose prices are not in step with its validity. */
export const dueListStatement: Statement = {
  name: 'find_due_price_list',
  text: `
  select id, currency, valid from (
    select id, currency, applied,
      valid_from <= now() and (valid_until is null or valid_until > now()) as valid
    from price_lists
  ) l
  where applied is distinct from valid
  order by id limit 1`,
};

/** The next SKUs of a price list. Parameters: list, SKU before them, rows. */
export const nextSkusStatement: Statement = {
  name: 'next_skus_of_list',
  text: `
  select p.sku, v.product_id
  from price_list_prices p join variants v on v.sku = p.sku
  where p.price_list_id = $1 and p.sku > $2
  order by p.sku limit $3`,
};

/**
 * Notes that a price list was brought in step with what it was when that began: when
 * its validity has changed meanwhile it is due again. Parameters: list, whether it
 * was valid.
 */
export const appliedStatement: Statement = {
  name: 'price_list_applied',
  text: 'update price_lists set applied = $2 where id = $1',
};
