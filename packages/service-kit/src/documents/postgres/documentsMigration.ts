import type { Migration } from '../../postgres/migrate.ts';

/** Tables of the PostgreSQL document store, for every collection of a service. */
export const documentsMigration: Migration = {
  name: '20261101000300_kit_documents',

  async up(knex) {
    await knex.raw(`
      create table documents (
        collection text not null,
        id text collate "C" not null,
        version bigint not null,
        deleted boolean not null default false,
        value jsonb,
        keys jsonb not null,
        updated_at timestamptz not null default now(),
        primary key (collection, id)
      );
      create index documents_keys on documents using gin (keys jsonb_path_ops);
      create table document_versions (
        collection text not null,
        id text collate "C" not null,
        version bigint not null,
        value jsonb,
        updated_at timestamptz not null,
        primary key (collection, id, version)
      );
      comment on table document_versions is
        'The newest versions of each document; a version without a value is its deletion.';
    `);
  },

  async down(knex) {
    await knex.raw(`
      drop table document_versions;
      drop table documents;
    `);
  },
};
