import type { Migration } from '@shopfloor/service-kit';

/** Categories, products, variants and price lists. */
export const productsMigration: Migration = {
  name: '20261101000000_products',

  async up(knex) {
    // A trusted extension: the owner of the database may create it.
    await knex.raw('create extension if not exists pg_trgm');
    await knex.raw(`
      create table categories (
        id integer primary key,
        parent_id integer references categories (id),
        slug text not null unique,
        path text not null unique,
        position integer not null,
        name_en text not null,
        name_zh text not null
      );
      comment on column categories.path is
        'Slugs from the root to this category, joined by a slash.';

      create table products (
        id uuid primary key,
        slug text not null unique,
        category_id integer not null references categories (id),
        brand text not null,
        name_en text not null,
        name_zh text not null,
        description_en text not null,
        description_zh text not null,
        sample boolean not null default false,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        search tsvector not null generated always as (
          setweight(to_tsvector('english', name_en), 'A')
          || setweight(to_tsvector('simple', brand), 'B')
          || setweight(to_tsvector('english', description_en), 'C')
        ) stored
      );
      comment on column products.sample is
        'Made by the sample data generator; not a thing anyone sells.';
      create index products_newest on products (created_at desc, id desc);
      create index products_category_newest
        on products (category_id, created_at desc, id desc);
      create index products_name_en on products (name_en, id);
      create index products_name_zh on products (name_zh, id);
      create index products_search on products using gin (search);
      create index products_name_en_trigrams
        on products using gin (name_en gin_trgm_ops);
      create index products_name_zh_trigrams
        on products using gin (name_zh gin_trgm_ops);

      create table variants (
        sku text primary key,
        product_id uuid not null references products (id) on delete cascade,
        position integer not null,
        name_en text not null,
        name_zh text not null,
        options jsonb not null,
        unique (product_id, position)
      );

      create table prices (
        sku text not null references variants (sku) on delete cascade,
        currency char(3) not null,
        amount bigint not null check (amount between 0 and 9000000000000),
        primary key (sku, currency)
      );
      comment on column prices.amount is 'In the minor unit of the currency.';

      create table product_prices (
        product_id uuid not null references products (id) on delete cascade,
        currency char(3) not null,
        min_amount bigint not null,
        max_amount bigint not null,
        variant_count integer not null,
        primary key (product_id, currency)
      );
      comment on table product_prices is
        'Cheapest and dearest variant by currency, written in the transaction that writes prices, so that a list is ordered by an index.';
      create index product_prices_order
        on product_prices (currency, min_amount, product_id);

      create table sample_data (
        part text primary key,
        generator_version integer not null,
        inserted_at timestamptz not null default now()
      );
    `);
  },

  async down(knex) {
    await knex.raw(`
      drop table sample_data;
      drop table product_prices;
      drop table prices;
      drop table variants;
      drop table products;
      drop table categories;
    `);
  },
};
