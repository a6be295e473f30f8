import type { Migration } from '@shopfloor/service-kit';

/** What is known of products and stock, what waits for the index, and rebuilds. */
export const sourcesMigration: Migration = {
  name: '20261126000000_sources',

  async up(knex) {
    await knex.raw(`
      create table product_sources (
        product_id uuid primary key,
        version bigint not null,
        deleted boolean not null,
        data jsonb not null
      );

      create table stock_sources (
        sku text primary key,
        product_id uuid not null,
        version bigint not null,
        state text not null check (state in ('in-stock', 'low', 'out'))
      );
      create index stock_sources_product on stock_sources (product_id);

      create table category_names (
        slug text primary key,
        name_en text not null,
        name_zh text not null
      );

      create table index_queue (
        id bigint generated always as identity primary key,
        product_id uuid not null,
        generation integer not null default 0,
        queued_at timestamptz not null default now(),
        claimed_until timestamptz not null default '-infinity'
      ) with (
        autovacuum_vacuum_scale_factor = 0,
        autovacuum_vacuum_threshold = 2000,
        autovacuum_vacuum_insert_threshold = 20000
      );
      comment on table index_queue is
        'Changes that the index lacks; generation 0 means all that live. Only ever inserted, so that nobody waits for a row.';
      create sequence index_versions;
      comment on sequence index_versions is
        'Versions of documents. One is drawn when a change is claimed, before what is known is read: a higher one has seen all that a lower one has.';
      create index index_queue_generation on index_queue (generation)
        where generation <> 0;

      create table rebuilds (
        id uuid primary key,
        state text not null check (state in
          ('requested', 'copying', 'replaying', 'indexing', 'done', 'cancelled')),
        generation integer,
        reason text,
        requested_by text not null,
        requested_at timestamptz not null default now(),
        finished_at timestamptz,
        copied bigint not null default 0,
        copied_to uuid,
        replayed bigint not null default 0,
        documents bigint,
        last_error text,
        lease_holder text,
        lease_until timestamptz not null default '-infinity'
      );
      create unique index rebuilds_one_at_a_time on rebuilds ((true))
        where state not in ('done', 'cancelled');
      create index rebuilds_newest on rebuilds (requested_at desc, id desc);
    `);
  },

  async down(knex) {
    await knex.raw(`
      drop table rebuilds;
      drop table index_queue;
      drop sequence index_versions;
      drop table category_names;
      drop table stock_sources;
      drop table product_sources;
    `);
  },
};
