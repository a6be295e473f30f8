import { outboxInsert, type Statement } from '@shopfloor/service-kit';

const COLUMNS = 'id, version, currency, country, lines, updated_at, expires_at';

/** Rows that a shopper may see: his own, open, not expired. Parameters 1 and 2 are the cart and the owner. */
const MINE = `id = $1 and owner = $2 and state = 'open' and expires_at > now()`;

/** A cart is made to live this much longer than it must, so that the changes of a visit leave the index of `expires_at` alone. */
const SPARE_SECONDS = 3600;

/** When a cart expires that is changed now; the parameter is the seconds it has to live. */
function livesOn(parameter: number): string {
  return `case when expires_at < now() + make_interval(secs => $${parameter}::int)
        then now() + make_interval(secs => $${parameter}::int + ${SPARE_SECONDS})
        else expires_at end`;
}

/** Makes a cart, unless its owner has too many already. */
export const createStatement: Statement = {
  name: 'cart_create',
  text: `
    insert into carts (id, owner, currency, country, expires_at)
    select $1::uuid, $2, $3, $4, now() + make_interval(secs => $5::int + ${SPARE_SECONDS})
    where (
      select count(*) from carts
      where owner = $2 and state = 'open' and expires_at > now()
    ) < $6::int
    returning ${COLUMNS}`,
};

/** Reads one cart. */
export const readStatement: Statement = {
  name: 'cart_read',
  text: `select ${COLUMNS} from carts where ${MINE}`,
};

/** The newest carts of an owner. */
export const listStatement: Statement = {
  name: 'cart_list',
  text: `
    select ${COLUMNS} from carts
    where owner = $1 and state = 'open' and expires_at > now()
    order by updated_at desc, id
    limit 100`,
};

/**
 * Sets one line. One statement on one row: its expressions are evaluated on the
 * newest version of the row once its lock is held, so that caps hold among any
 * number of writers. A quantity that is as it was leaves the version alone.
 * No row where the cart is not there, or a line like this cannot be.
 *
 * Taking away is always allowed, also where a cap was lowered since.
 *
 * A new line's position is its cart's version and 100: versions grow with each line, and 100 is the highest position that lines have
 * which were written together.
 *
 * Parameters: cart, owner, SKU, quantity (0 removes), offer or null, If-Match
 * version or null, most lines, most units, seconds to live.
 */
export const setLineStatement: Statement = {
  name: 'cart_set_line',
  text: `
    update carts set
      lines = case when $4::int = 0 then lines - $3::text else
        lines || jsonb_build_object($3::text,
          coalesce(lines -> $3::text, jsonb_build_object('position', version + 100))
          || coalesce($5::jsonb, '{}')
          || jsonb_build_object('quantity', $4::int))
        end,
      version = version + case
        when coalesce((lines -> $3::text ->> 'quantity')::int, 0) = $4::int then 0 else 1 end,
      updated_at = case
        when coalesce((lines -> $3::text ->> 'quantity')::int, 0) = $4::int then updated_at else now() end,
      expires_at = ${livesOn(9)}
    where ${MINE}
      and ($6::bigint is null or version = $6::bigint)
      and ($4::int <= coalesce((lines -> $3::text ->> 'quantity')::int, 0) or (
        select (lines ? $3::text or ($5::jsonb is not null and count(*) < $7::int))
          and $4::int + coalesce(sum((value ->> 'quantity')::int), 0) <= $8::int
        from jsonb_each(lines - $3::text)
      ))
    returning ${COLUMNS}`,
};

/** Replaces lines and country of the version that was read. */
export const replaceStatement: Statement = {
  name: 'cart_replace',
  text: `
    update carts set
      lines = $4::jsonb, country = $5, version = version + 1, updated_at = now(),
      expires_at = ${livesOn(6)}
    where ${MINE} and version = $3
    returning ${COLUMNS}`,
};

/** Deletes one cart, of one version when it is given. */
export const deleteStatement: Statement = {
  name: 'cart_delete',
  text: `
    with gone as (
      delete from carts
      where ${MINE} and ($3::bigint is null or version = $3)
      returning id
    )
    select true as deleted from gone
    union all
    select false from carts where ${MINE} and not exists (select from gone)`,
};

/**
 * Locks both carts of a merge, in one order, so that two merges never wait for
 * each other. The source may be of a guest: whoever knows its id may take it over.
 */
export const lockMergeStatement: Statement = {
  name: 'cart_lock_merge',
  text: `
    select ${COLUMNS}, state, merged_into, id = $1 as target
    from carts
    where expires_at > now() and (
      (id = $1 and owner = $2 and state = 'open')
      or (id = $3 and (owner = $2 or owner like 'guest:%'))
    )
    order by id
    for update`,
};

/** A cart that may be merged from. */
export const readSourceStatement: Statement = {
  name: 'cart_read_source',
  text: `
    select ${COLUMNS} from carts
    where id = $1 and state = 'open' and expires_at > now()
      and (owner = $2 or owner like 'guest:%')`,
};

/** Writes a merge: the target filled, the source closed and kept empty for a while. */
export const mergeStatement: Statement = {
  name: 'cart_merge',
  text: `
    with closed as (
      update carts set state = 'merged', merged_into = $1, lines = '{}',
        version = version + 1, updated_at = now(),
        expires_at = now() + make_interval(secs => $5::int)
      where id = $2
    )
    update carts set lines = $3::jsonb,
      version = version + case when $6::boolean then 1 else 0 end,
      updated_at = case when $6::boolean then now() else updated_at end,
      expires_at = ${livesOn(4)}
    where id = $1
    returning ${COLUMNS}`,
};

/**
 * Takes what was ordered out of the open cart that the cart is or was merged into, and notes so; nothing when it was taken out before,
 * or nothing is open. What the shopper changed since then stays changed: of each SKU only as many units go as were ordered.
 * Parameters: order, cart, units by SKU as JSON.
 */
export const subtractOrderStatement: Statement = {
  name: 'cart_subtract_order',
  text: `
    with recursive noted as (
      insert into subtracted_orders (order_id) values ($1)
      on conflict do nothing
      returning order_id
    ), heirs as (
      select id, state, merged_into, 1 as step from carts where id = $2
      union all
      select c.id, c.state, c.merged_into, step + 1
      from carts c join heirs h on c.id = h.merged_into
      where step < 10
    )
    update carts set
      lines = (
        select coalesce(jsonb_object_agg(key, value || jsonb_build_object('quantity',
          (value ->> 'quantity')::int - coalesce(($3::jsonb ->> key)::int, 0))), '{}')
        from jsonb_each(lines)
        where (value ->> 'quantity')::int > coalesce(($3::jsonb ->> key)::int, 0)
      ),
      version = version + 1, updated_at = now()
    where id = (select id from heirs where state = 'open' limit 1)
      and exists (select from noted)`,
};

/** Forgets orders that no replay of events can bring again. */
export const trimOrdersStatement: Statement = {
  name: 'cart_trim_orders',
  text: `
    with gone as (
      delete from subtracted_orders where order_id in (
        select order_id from subtracted_orders
        where subtracted_at < now() - interval '30 days'
        order by subtracted_at limit $1
        for update skip locked
      )
      returning 1
    )
    select count(*)::int as orders from gone`,
};

/** Forgets a customer and tells so. */
export const eraseStatement: Statement = {
  name: 'cart_erase_customer',
  text: `
    with own as (
      delete from carts where owner = $1 returning id
    ), merged as (
      delete from carts c using own
      where c.merged_into = own.id and c.owner <> $1
    )${outboxInsert(2)}
    select count(*)::int as carts from own`,
};

/** Everything kept of a customer. */
export const exportStatement: Statement = {
  name: 'cart_export',
  text: `
    select ${COLUMNS}, created_at from carts
    where owner = $1 and state = 'open'
    order by created_at, id`,
};

/** Deletes some expired carts. */
export const sweepStatement: Statement = {
  name: 'cart_sweep',
  text: `
    with gone as (
      delete from carts where id in (
        select id from carts where expires_at <= now()
        order by expires_at limit $1
        for update skip locked
      )
      returning state
    )
    select count(*)::int as total,
      count(*) filter (where state = 'open')::int as open
    from gone`,
};

/** Tells every replica which SKUs to look up anew. */
export const notifySkusStatement: Statement = {
  name: 'cart_notify_skus',
  text: `select pg_notify('cart_offers', payload) from unnest($1::text[]) as payload`,
};
