import type { Migration } from '@shopfloor/service-kit';

/**
 * Dispatches that an order has counted, by the id of their event. The inbox forgets after a while and is passed over by a
 * replay; what moves money must be counted once for ever.
 */
export const parcelsMigration: Migration = {
  name: '20261126120000_parcels',

  async up(knex) {
    await knex.raw(`
      create table counted_parcels (
        event_id uuid primary key,
        order_id uuid not null references orders (id),
        counted_at timestamptz not null default now()
      );
      create index counted_parcels_order on counted_parcels (order_id);
    `);
  },

  async down(knex) {
    await knex.raw('drop table counted_parcels');
  },
};
