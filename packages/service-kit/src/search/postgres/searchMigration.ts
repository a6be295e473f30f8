import type { Migration } from '../../postgres/migrate.ts';

/**
 * What the PostgreSQL search adapter keeps of its indexes. The tables of each
 * generation are made while the service runs, `search_<index>_<generation>`.
 */
export const searchMigration: Migration = {
  name: '20261101000200_kit_search',

  async up(knex) {
    // A trusted extension: the owner of the database may create it.
    await knex.raw('create extension if not exists pg_trgm');
    await knex.raw(`
      create table search_indexes (
        name text primary key,
        fields jsonb not null,
        serving integer,
        building integer,
        retired integer,
        last integer not null default 0
      );
      comment on column search_indexes.retired is
        'Served before; kept until the next one retires, for queries that have just begun.';
    `);
  },

  async down(knex) {
    await knex.raw(`
      do $$
      declare
        generation record;
      begin
        for generation in
          select format('search_%s_%s', name, number) as name
          from search_indexes, unnest(array[serving, building, retired]) as number
          where number is not null
        loop
          execute format('drop table if exists %I', generation.name);
          execute format('drop table if exists %I', generation.name || '_words');
        end loop;
      end $$;
      drop table search_indexes;
    `);
  },
};
