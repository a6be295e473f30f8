import type { Migration } from '@shopfloor/service-kit';

/**
 * Indexes of what is not over, in dispute, or not compared yet: all are few, however
 * long the history of the shop grows.
 */
export const liveOrdersMigration: Migration = {
  name: '20261126190000_live_orders',

  async up(knex) {
    await knex.raw(`
      create index orders_live on orders (state, id)
        where state not in ('completed', 'rejected', 'cancelled');
      create index orders_disputed on orders (id) where disputed > 0;
      create index orders_uncompared on orders (updated_at)
        where updated_at > reconciled_at;
      drop index orders_reconcile;
    `);
  },

  async down(knex) {
    await knex.raw(`
      create index orders_reconcile on orders (updated_at);
      drop index orders_uncompared, orders_disputed, orders_live;
    `);
  },
};
