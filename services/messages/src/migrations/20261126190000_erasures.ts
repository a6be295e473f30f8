import type { Migration } from '@shopfloor/service-kit';

/**
 * Who was erased: what is heard of an order afterwards, from a late mail or a replayed
 * event, must not link it to the customer again.
 */
export const erasuresMigration: Migration = {
  name: '20261126190000_erasures',

  async up(knex) {
    await knex.raw(`
      create table erasures (
        customer_id text primary key,
        erased_at timestamptz not null default now()
      );
    `);
  },

  async down(knex) {
    await knex.raw('drop table erasures');
  },
};
