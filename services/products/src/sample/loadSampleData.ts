import type { Knex } from 'knex';
import type { Feature } from '../features.ts';
import {
  SAMPLE_GENERATOR_VERSION,
  generateSampleReviews,
  generateSampleShop,
} from './generate.ts';

async function isLoaded(knex: Knex, part: string): Promise<boolean> {
  const row = await knex('sample_data').where({ part }).first();
  return row?.generator_version === SAMPLE_GENERATOR_VERSION;
}

async function markLoaded(knex: Knex, part: string): Promise<void> {
  await knex('sample_data')
    .insert({ part, generator_version: SAMPLE_GENERATOR_VERSION })
    .onConflict('part')
    .merge();
}

async function loadShop(knex: Knex): Promise<void> {
  const { categories, products, variants } = generateSampleShop();
  await knex.raw('delete from products where sample');
  await knex.raw(
    `insert into categories (id, parent_id, slug, path, position, name_en, name_zh)
     select * from json_to_recordset(?::json) as c (
       id int, parent_id int, slug text, path text, position int, name_en text, name_zh text)
     on conflict (id) do update set
       parent_id = excluded.parent_id, slug = excluded.slug, path = excluded.path,
       position = excluded.position, name_en = excluded.name_en, name_zh = excluded.name_zh`,
    [JSON.stringify(categories)],
  );
  await knex.raw(
    `insert into products (id, slug, category_id, brand, name_en, name_zh,
       description_en, description_zh, sample, created_at, updated_at)
     select id, slug, category_id, brand, name_en, name_zh,
       description_en, description_zh, true, created_at, created_at
     from json_to_recordset(?::json) as p (
       id uuid, slug text, category_id int, brand text, name_en text, name_zh text,
       description_en text, description_zh text, created_at timestamptz)`,
    [JSON.stringify(products)],
  );
  await knex.raw(
    `insert into variants (sku, product_id, position, name_en, name_zh, options)
     select * from json_to_recordset(?::json) as v (
       sku text, product_id uuid, position int, name_en text, name_zh text, options jsonb)`,
    [JSON.stringify(variants)],
  );
  await knex.raw(
    `insert into prices (sku, currency, amount)
     select v.sku, price.key, price.value::bigint
     from json_to_recordset(?::json) as v (sku text, prices json),
       json_each_text(v.prices) as price`,
    [JSON.stringify(variants)],
  );
  await knex.raw(
    `insert into product_prices (product_id, currency, min_amount, max_amount, variant_count)
     select v.product_id, p.currency, min(p.amount), max(p.amount), count(*)
     from variants v join prices p on p.sku = v.sku join products on products.id = v.product_id
     where products.sample
     group by v.product_id, p.currency`,
  );
}

async function loadReviews(knex: Knex): Promise<void> {
  const reviews = generateSampleReviews(generateSampleShop().products);
  await knex.raw('delete from reviews where sample');
  await knex.raw(
    `insert into reviews (id, product_id, stars, sample, created_at)
     select id, product_id, stars, true, created_at
     from json_to_recordset(?::json) as r (
       id uuid, product_id uuid, stars smallint, created_at timestamptz)`,
    [JSON.stringify(reviews)],
  );
  await knex.raw(
    `insert into product_ratings (product_id, star_sum, review_count)
     select product_id, sum(stars), count(*) from reviews group by product_id
     on conflict (product_id) do update set
       star_sum = excluded.star_sum, review_count = excluded.review_count`,
  );
}

/**
 * Puts the sample data in, once per version of the generator; in one transaction,
 * so that a reader sees all or nothing of it. Products that are not samples are
 * left alone.
 *
 * @returns the parts that were put in
 */
export async function loadSampleData(
  knex: Knex,
  features: ReadonlySet<Feature>,
): Promise<string[]> {
  return knex.transaction(async transaction => {
    const loaded: string[] = [];
    if (!(await isLoaded(transaction, 'shop'))) {
      await loadShop(transaction);
      await markLoaded(transaction, 'shop');
      // Reviews went with the products they were about.
      await transaction('sample_data').where({ part: 'reviews' }).delete();
      loaded.push('shop');
    }
    if (features.has('ratings') && !(await isLoaded(transaction, 'reviews'))) {
      await loadReviews(transaction);
      await markLoaded(transaction, 'reviews');
      loaded.push('reviews');
    }
    return loaded;
  });
}
