import type { Statement } from '@shopfloor/service-kit';

/** Queues products, given as rows `(product_id)` of the CTE `changed`. */
const QUEUE = `
  insert into index_queue (product_id, generation)
  select distinct product_id, $2::integer from changed`;

/** $1 changes as JSON, $2 generation, $3 whether the same version counts. */
export const applyProducts: Statement = {
  name: 'apply_products',
  text: `
    with given as (
      select * from jsonb_to_recordset($1::jsonb)
        as g (product_id uuid, version bigint, deleted boolean, data jsonb)
    ), named as (
      insert into category_names as known (slug, name_en, name_zh)
      select distinct on (c.slug) c.slug, c.names ->> 'en', c.names ->> 'zh'
      from given, jsonb_to_recordset(given.data -> 'categories') as c (slug text, names jsonb)
      order by c.slug, given.version desc
      on conflict (slug) do update set name_en = excluded.name_en, name_zh = excluded.name_zh
        where (known.name_en, known.name_zh) is distinct from (excluded.name_en, excluded.name_zh)
    ), changed as (
      insert into product_sources as known (product_id, version, deleted, data)
      select product_id, version, deleted, data from given order by product_id
      on conflict (product_id) do update set
        version = excluded.version, deleted = excluded.deleted, data = excluded.data
      where known.version < excluded.version
        or ($3::boolean and known.version = excluded.version)
      returning product_id
    ) ${QUEUE}`,
};

/** $1 changes as JSON, $2 generation, $3 whether the same version counts. The product may not be known yet. */
export const applyStock: Statement = {
  name: 'apply_stock',
  text: `
    with given as (
      select * from jsonb_to_recordset($1::jsonb)
        as g (sku text, product_id uuid, version bigint, state text)
    ), changed as (
      insert into stock_sources as known (sku, product_id, version, state)
      select sku, product_id, version, state from given order by sku
      on conflict (sku) do update set
        product_id = excluded.product_id, version = excluded.version, state = excluded.state
      where known.version < excluded.version
        or ($3::boolean and known.version = excluded.version)
      returning product_id
    ) ${QUEUE}`,
};

/** $1 limit. A claim of a process that died is over after half a minute. */
export const claimQueued: Statement = {
  name: 'claim_queued',
  text: `
    update index_queue as queued set claimed_until = now() + interval '30 seconds'
    from (
      select id from index_queue
      where claimed_until < now()
      order by id limit $1 for update skip locked
    ) as next
    where queued.id = next.id
    returning queued.id, queued.product_id, queued.generation, nextval('index_versions') as version`,
};

/** $1 ids. */
export const settleQueued: Statement = {
  name: 'settle_queued',
  text: 'delete from index_queue where id = any($1::bigint[])',
};

/** $1 ids. */
export const releaseQueued: Statement = {
  name: 'release_queued',
  text: `update index_queue set claimed_until = '-infinity' where id = any($1::bigint[])`,
};

/** $1 product ids. */
export const productStates: Statement = {
  name: 'product_states',
  text: `
    select p.product_id, p.deleted, p.data,
      (select jsonb_object_agg(s.sku, s.state) from stock_sources s where s.product_id = p.product_id) as states
    from product_sources p where p.product_id = any($1::uuid[])`,
};

export const queueState: Statement = {
  name: 'queue_state',
  text: `
    select count(*)::int as waiting,
      coalesce(extract(epoch from now() - min(queued_at)), 0)::float8 as oldest_seconds
    from (select queued_at from index_queue order by id limit 10000) as queued`,
};

/** $1 generation. */
export const waitingFor: Statement = {
  name: 'waiting_for',
  text: `select count(*)::int as waiting from index_queue where generation = $1 and generation <> 0`,
};

/** $1 slugs. */
export const categoryNames: Statement = {
  name: 'category_names',
  text: 'select slug, name_en, name_zh from category_names where slug = any($1::text[])',
};
