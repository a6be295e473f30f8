import type { Statement } from '@shopfloor/service-kit';

/**
 * Tells other services all they show of some products, in the transaction that
 * changed or locked them: the locks come first, so that this statement sees what
 * they protect. Written by SQL into the outbox of the kit, since only SQL has it
 * all, and many at once. Parameters: traceparent, ids.
 */
export function announceProductsStatement(ratings: boolean): Statement {
  return {
    name: `announce_products${ratings ? '_ratings' : ''}`,
    text: `
  with chosen as materialized (
    select id from products where id = any($2::uuid[])
    order by id for no key update
  ),
  told as (
    update products p set announced_version = p.version
    from chosen where p.id = chosen.id
    returning p.*
  )
  insert into outbox (topic, type, source, aggregate_id, aggregate_version,
    partition_key, traceparent, data)
  select 'shop.products', 'shop.product.changed.v1', 'products', p.id::text,
    p.version, p.id::text, $1::text,
    json_strip_nulls(json_build_object(
      'productId', p.id,
      'slug', p.slug,
      'deleted', p.archived_at is not null,
      'names', json_build_object('en', p.name_en, 'zh', p.name_zh),
      'descriptions', json_build_object('en', p.description_en, 'zh', p.description_zh),
      'brand', p.brand,
      'categories', (
        select json_agg(json_build_object('slug', a.slug,
          'names', json_build_object('en', a.name_en, 'zh', a.name_zh)) order by length(a.path))
        from categories c
        join categories a on a.path = c.path or c.path like a.path || '/%'
        where c.id = p.category_id),
      'skus', coalesce((
        select json_agg(v.sku order by v.position) from variants v
        where v.product_id = p.id), '[]'),
      'prices', coalesce((
        select json_object_agg(pp.currency, json_build_object('from', pp.min_amount, 'to', pp.max_amount))
        from product_prices pp where pp.product_id = p.id), '{}'),
      ${
        ratings
          ? `'rating', (
        select json_build_object(
          'average', round(r.star_sum::numeric / r.review_count, 1), 'count', r.review_count)
        from product_ratings r where r.product_id = p.id),`
          : ''
      }
      'sample', p.sample,
      'createdAt', to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    ))
  from told p
  order by p.id
  returning aggregate_id as id`,
  };
}

/**
 * Locks products that were changed and not told of, such as by sample data or by the
 * new name of a category. Parameters: most of them.
 */
export const lockUnannouncedStatement: Statement = {
  name: 'lock_unannounced',
  text: `
  select id from products where announced_version < version
  order by id limit $1 for no key update skip locked`,
};

/** Tells that a product is gone, before it is. Parameters: traceparent, id. */
export const announceDeletionStatement: Statement = {
  name: 'announce_deletion',
  text: `
  insert into outbox (topic, type, source, aggregate_id, aggregate_version,
    partition_key, traceparent, data)
  select 'shop.products', 'shop.product.changed.v1', 'products', p.id::text,
    p.version + 1, p.id::text, $1::text,
    json_build_object(
      'productId', p.id, 'slug', p.slug, 'deleted', true,
      'names', json_build_object('en', p.name_en, 'zh', p.name_zh),
      'descriptions', json_build_object('en', p.description_en, 'zh', p.description_zh),
      'brand', p.brand, 'categories', '[]'::json,
      'skus', coalesce((
        select json_agg(v.sku order by v.position) from variants v
        where v.product_id = p.id), '[]'),
      'prices', '{}'::json, 'sample', p.sample,
      'createdAt', to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  from products p where p.id = $2`,
};
