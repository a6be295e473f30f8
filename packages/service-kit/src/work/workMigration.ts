import type { Migration } from '../postgres/migrate.ts';

/** Table `work_leases` of {@link WorkLease}, in the service's own database. */
export const workMigration: Migration = {
  name: '20261126000000_kit_work_leases',

  async up(knex) {
    await knex.raw(`
      create table work_leases (
        name text primary key,
        holder text not null,
        term bigint not null default 1,
        expires_at timestamptz not null
      );
      comment on column work_leases.term is
        'Grows with each new holder, so that a late one is known by its old term.';
    `);
  },

  async down(knex) {
    await knex.raw('drop table work_leases');
  },
};
