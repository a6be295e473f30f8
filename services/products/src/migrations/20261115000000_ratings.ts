import type { Migration } from '@shopfloor/service-kit';

/**
 * Reviews and their sums by product, for the feature `ratings`.
 *
 * Only adds tables: version 1 runs on this schema unchanged. Note to operators:
 * no existing table is locked or rewritten.
 */
export const ratingsMigration: Migration = {
  name: '20261115000000_ratings',

  async up(knex) {
    await knex.raw(`
      create table reviews (
        id uuid primary key,
        product_id uuid not null references products (id) on delete cascade,
        stars smallint not null check (stars between 1 and 5),
        sample boolean not null default false,
        created_at timestamptz not null default now()
      );
      create index reviews_product on reviews (product_id, created_at desc);

      create table product_ratings (
        product_id uuid primary key references products (id) on delete cascade,
        star_sum integer not null,
        review_count integer not null check (review_count > 0),
        check (star_sum between review_count and 5 * review_count)
      );
      comment on table product_ratings is
        'Sums over reviews, written in the transaction that writes reviews.';
    `);
  },

  async down(knex) {
    await knex.raw(`
      delete from sample_data where part = 'reviews';
      drop table product_ratings;
      drop table reviews;
    `);
  },
};
