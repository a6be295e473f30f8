import type { Knex } from 'knex';
import type { Feature } from '../features.ts';
import { CURRENCIES } from '../domain/types.ts';
import {
  type SampleCategory,
  type SampleProduct,
  type SampleVariant,
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

/** Price lists of the sample shop. In the United States prices are net. */
const PRICE_LISTS = CURRENCIES.map(currency => ({
  id: currency.toLowerCase(),
  currency,
  prices_include_tax: currency !== 'USD',
}));

async function loadCategories(
  knex: Knex,
  categories: readonly SampleCategory[],
): Promise<void> {
  await knex.raw(
    `insert into categories (id, parent_id, slug, path, position, name_en, name_zh)
     select * from json_to_recordset(?::json) as c (
       id int, parent_id int, slug text, path text, position int, name_en text, name_zh text)
     on conflict (id) do update set
       parent_id = excluded.parent_id, slug = excluded.slug, path = excluded.path,
       position = excluded.position, name_en = excluded.name_en, name_zh = excluded.name_zh`,
    [JSON.stringify(categories)],
  );
}

/**
 * Rows are changed in place, never deleted and made again: reviews hang on products,
 * and a product's version must only grow. Each becomes one to be told of.
 */
async function loadProducts(
  knex: Knex,
  products: readonly SampleProduct[],
  variants: readonly SampleVariant[],
): Promise<void> {
  await knex.raw(
    `insert into products (id, slug, category_id, brand, name_en, name_zh,
       description_en, description_zh, sample, created_at, updated_at)
     select id, slug, category_id, brand, name_en, name_zh,
       description_en, description_zh, true, created_at, created_at
     from json_to_recordset(?::json) as p (
       id uuid, slug text, category_id int, brand text, name_en text, name_zh text,
       description_en text, description_zh text, created_at timestamptz)
     on conflict (id) do update set
       slug = excluded.slug, category_id = excluded.category_id, brand = excluded.brand,
       name_en = excluded.name_en, name_zh = excluded.name_zh,
       description_en = excluded.description_en, description_zh = excluded.description_zh,
       version = products.version + 1, updated_at = now()`,
    [JSON.stringify(products)],
  );
  await knex.raw(
    `update variants set position = -1 - position
     where product_id in (select id from products where sample) and position >= 0`,
  );
  await knex.raw(
    `insert into variants (sku, product_id, position, name_en, name_zh, options, tax_category, weight_grams)
     select * from json_to_recordset(?::json) as v (
       sku text, product_id uuid, position int, name_en text, name_zh text, options jsonb,
       tax_category text, weight_grams int)
     on conflict (sku) do update set
       product_id = excluded.product_id, position = excluded.position,
       name_en = excluded.name_en, name_zh = excluded.name_zh, options = excluded.options,
       tax_category = excluded.tax_category, weight_grams = excluded.weight_grams`,
    [JSON.stringify(variants)],
  );
  await knex.raw(
    `delete from variants
     where product_id in (select id from products where sample) and position < 0`,
  );
}

async function loadPrices(
  knex: Knex,
  variants: readonly SampleVariant[],
): Promise<void> {
  await knex('price_currencies')
    .insert(
      PRICE_LISTS.map(({ currency, prices_include_tax }) => ({
        currency,
        prices_include_tax,
      })),
    )
    .onConflict('currency')
    .ignore();
  await knex.raw(
    `insert into price_lists (id, currency, prices_include_tax, valid_from)
     select l.id, c.currency, c.prices_include_tax, '2026-01-01T00:00:00Z'
     from json_to_recordset(?::json) as l (id text, currency text)
     join price_currencies c on c.currency = l.currency
     on conflict (id) do nothing`,
    [JSON.stringify(PRICE_LISTS)],
  );
  await knex.raw(
    `insert into price_list_prices (price_list_id, sku, amount)
     select l.id, v.sku, price.value::bigint
     from json_to_recordset(?::json) as v (sku text, prices json),
       json_each_text(v.prices) as price
     join price_lists l on l.id = lower(price.key)
     on conflict (price_list_id, sku) do update set amount = excluded.amount`,
    [JSON.stringify(variants)],
  );
  // What shoppers see: of the lists that are valid, the one that began last.
  await knex.raw(
    `insert into prices (sku, currency, amount)
     select distinct on (p.sku, l.currency) p.sku, l.currency, p.amount
     from price_list_prices p
     join price_lists l on l.id = p.price_list_id
     join variants v on v.sku = p.sku
     join products on products.id = v.product_id and products.sample
     where l.valid_from <= now() and (l.valid_until is null or l.valid_until > now())
     order by p.sku, l.currency, l.valid_from desc, l.id
     on conflict (sku, currency) do update set amount = excluded.amount`,
  );
  await knex.raw(
    `insert into product_prices (product_id, currency, min_amount, max_amount, variant_count)
     select v.product_id, p.currency, min(p.amount), max(p.amount), count(*)
     from variants v join prices p on p.sku = v.sku
     join products on products.id = v.product_id
     where products.sample and products.archived_at is null
     group by v.product_id, p.currency
     on conflict (product_id, currency) do update set
       min_amount = excluded.min_amount, max_amount = excluded.max_amount,
       variant_count = excluded.variant_count`,
  );
}

async function loadShop(knex: Knex): Promise<void> {
  const { categories, products, variants } = generateSampleShop();
  await loadCategories(knex, categories);
  await loadProducts(knex, products, variants);
  await loadPrices(knex, variants);
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
  await knex.raw('update products set version = version + 1 where sample');
}

/**
 * Puts the sample data in, once per version of the generator, and brings what an
 * earlier version put in up to date; in one transaction, so that a reader sees all or
 * nothing of it. Products that are not samples are left alone.
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
