import type { Statement } from '@shopfloor/service-kit';

/** Locks a product and reads what decides about a write. Parameters: id. */
export const lockProductStatement: Statement = {
  name: 'lock_product',
  text: `
  select id, version::int, archived_at is not null as archived, creation_hash
  from products where id = $1 for no key update`,
};

/** Locks products in one order. Parameters: ids. */
export const lockProductsStatement: Statement = {
  name: 'lock_products',
  text: 'select id from products where id = any($1::uuid[]) order by id for no key update',
};

/**
 * Makes a product. No row when its id is known or its category is not. Parameters:
 * id, slug, category, brand, names and descriptions in both languages, hash of what
 * it was made from.
 */
export const insertProductStatement: Statement = {
  name: 'insert_product',
  text: `
  insert into products (id, slug, category_id, brand, name_en, name_zh,
    description_en, description_zh, creation_hash)
  select $1, $2, c.id, $4, $5, $6, $7, $8, $9 from categories c where c.slug = $3
  on conflict (id) do nothing
  returning id`,
};

/** Changes a product. No row when its category is not known. Parameters: as above, without the hash. */
export const updateProductStatement: Statement = {
  name: 'update_product',
  text: `
  update products p
  set slug = $2, category_id = c.id, brand = $4, name_en = $5, name_zh = $6,
    description_en = $7, description_zh = $8, version = p.version + 1, updated_at = now()
  from categories c
  where p.id = $1 and c.slug = $3
  returning p.id`,
};

/** Takes places out of the way, so that variants can change theirs. Parameters: product. */
export const liftVariantsStatement: Statement = {
  name: 'lift_variants',
  text: 'update variants set position = -1 - position where product_id = $1 and position >= 0',
};

/**
 * Writes the variants of a product; returns those written. One that belongs to
 * another product is left out. Parameters: product, variants as JSON.
 */
export const upsertVariantsStatement: Statement = {
  name: 'upsert_variants',
  text: `
  insert into variants (sku, product_id, position, name_en, name_zh, options, tax_category, weight_grams)
  select v.sku, $1::uuid, v.position, v.name_en, v.name_zh, v.options, v.tax_category, v.weight_grams
  from json_to_recordset($2::json) as v (sku text, position int, name_en text,
    name_zh text, options jsonb, tax_category text, weight_grams int)
  on conflict (sku) do update
  set position = excluded.position, name_en = excluded.name_en, name_zh = excluded.name_zh,
    options = excluded.options, tax_category = excluded.tax_category,
    weight_grams = excluded.weight_grams
  where variants.product_id = excluded.product_id
  returning sku`,
};

/** Removes variants that a product no longer has. Parameters: product. */
export const dropVariantsStatement: Statement = {
  name: 'drop_variants',
  text: 'delete from variants where product_id = $1 and position < 0',
};

/** Replaces the media of a product. Parameters: product, media as JSON. */
export const replaceMediaStatement: Statement = {
  name: 'replace_media',
  text: `
  with wanted as materialized (
    select * from json_to_recordset($2::json) as m
      (position int, kind text, url text, alt_en text, alt_zh text)
  ),
  dropped as (
    delete from product_media where product_id = $1
      and position >= (select count(*) from wanted)
  )
  insert into product_media (product_id, position, kind, url, alt_en, alt_zh)
  select $1::uuid, position, kind, url, alt_en, alt_zh from wanted
  on conflict (product_id, position) do update
  set kind = excluded.kind, url = excluded.url, alt_en = excluded.alt_en, alt_zh = excluded.alt_zh`,
};

/**
 * Makes the cheapest and dearest prices of products anew. A product that is not sold
 * has none, by which reads pass it over. Parameters: products.
 */
export const refreshProductPricesStatement: Statement = {
  name: 'refresh_product_prices',
  text: `
  with wanted as materialized (
    select v.product_id, p.currency, min(p.amount) as min_amount,
      max(p.amount) as max_amount, count(*)::int as variant_count
    from variants v
    join prices p on p.sku = v.sku
    join products on products.id = v.product_id and products.archived_at is null
    where v.product_id = any($1::uuid[])
    group by v.product_id, p.currency
  ),
  dropped as (
    delete from product_prices pp
    where pp.product_id = any($1::uuid[]) and not exists (
      select from wanted w
      where w.product_id = pp.product_id and w.currency = pp.currency)
  )
  insert into product_prices (product_id, currency, min_amount, max_amount, variant_count)
  select product_id, currency, min_amount, max_amount, variant_count from wanted
  on conflict (product_id, currency) do update
  set min_amount = excluded.min_amount, max_amount = excluded.max_amount,
    variant_count = excluded.variant_count
  where (product_prices.min_amount, product_prices.max_amount, product_prices.variant_count)
    <> (excluded.min_amount, excluded.max_amount, excluded.variant_count)`,
};

/** Takes a product off sale or puts it back. Parameters: id, whether off sale. */
export const setArchivedStatement: Statement = {
  name: 'set_archived',
  text: `
  update products
  set archived_at = case when $2::boolean then now() end, version = version + 1,
    updated_at = now()
  where id = $1`,
};

/** Deletes a product with all that hangs on it. Parameters: id. */
export const deleteProductStatement: Statement = {
  name: 'delete_product',
  text: 'delete from products where id = $1',
};

/** Raises the version of products. Parameters: ids. */
export const touchProductsStatement: Statement = {
  name: 'touch_products',
  text: 'update products set version = version + 1 where id = any($1::uuid[])',
};

/** Reads a product as staff see it. Parameters: id. */
export const findCatalogueProductStatement: Statement = {
  name: 'find_catalogue_product',
  text: `
  select p.id, p.version::int, p.slug, p.brand, p.name_en, p.name_zh, p.description_en,
    p.description_zh, p.sample, p.archived_at is not null as archived,
    p.created_at, p.updated_at, c.slug as category,
    coalesce((
      select json_agg(json_build_object('kind', m.kind, 'url', m.url,
        'alt', json_build_object('en', m.alt_en, 'zh', m.alt_zh)) order by m.position)
      from product_media m where m.product_id = p.id), '[]') as media,
    coalesce((
      select json_agg(json_build_object('sku', v.sku,
        'names', json_build_object('en', v.name_en, 'zh', v.name_zh),
        'options', v.options, 'taxCategory', v.tax_category, 'weightGrams', v.weight_grams,
        'prices', coalesce((
          select json_object_agg(price.currency, price.amount)
          from prices price where price.sku = v.sku), '{}')) order by v.position)
      from variants v where v.product_id = p.id), '[]') as variants
  from products p join categories c on c.id = p.category_id
  where p.id = $1`,
};

/** One page of products as staff see them. Parameters: id before the page, rows, whether off sale or null. */
export const listCatalogueStatement: Statement = {
  name: 'list_catalogue',
  text: `
  select id, version::int, slug, name_en, name_zh, archived_at is not null as archived, sample
  from products
  where id > $1 and ($3::boolean is null or (archived_at is not null) = $3)
  order by id limit $2`,
};

/**
 * Locks the tree of categories for a change of it: paths of one depend on others.
 * Few people change it, and seldom.
 */
export const lockCategoriesStatement: Statement = {
  name: 'lock_categories',
  text: 'lock table categories in share row exclusive mode',
};

/** Reads a category with what is below it. Parameters: slug. */
export const findCategoryStatement: Statement = {
  name: 'find_category',
  text: `
  select c.id, c.slug, c.path, c.position, c.name_en, c.name_zh, c.version::int,
    parent.slug as parent,
    (select count(*)::int from categories below where below.parent_id = c.id) as children,
    (select count(*)::int from (select from products where category_id = c.id limit 1) one) as products
  from categories c left join categories parent on parent.id = c.parent_id
  where c.slug = $1`,
};

/** Makes a category. Parameters: slug, path, parent's id or null, position, names. */
export const insertCategoryStatement: Statement = {
  name: 'insert_category',
  text: `
  insert into categories (slug, path, parent_id, position, name_en, name_zh)
  values ($1, $2, $3, $4, $5, $6)`,
};

/**
 * Changes a category, carries those below it along, and raises the version of every
 * product that shows it. Parameters: id, old path, new path, parent's id or null,
 * position, names.
 */
export const updateCategoryStatement: Statement = {
  name: 'update_category',
  text: `
  with moved as (
    update categories
    set path = $3::text || substr(path, length($2::text) + 1),
      parent_id = case when id = $1 then $4::integer else parent_id end,
      position = case when id = $1 then $5::integer else position end,
      name_en = case when id = $1 then $6::text else name_en end,
      name_zh = case when id = $1 then $7::text else name_zh end,
      version = case when id = $1 then version + 1 else version end
    where path = $2 or path like $2 || '/%'
    returning id
  )
  update products set version = version + 1
  where category_id in (select id from moved)`,
};

/** Deletes a category. Parameters: id. */
export const deleteCategoryStatement: Statement = {
  name: 'delete_category',
  text: 'delete from categories where id = $1',
};
