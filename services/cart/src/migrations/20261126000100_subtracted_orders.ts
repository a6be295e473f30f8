import type { Migration } from '@shopfloor/service-kit';

/** Orders that were taken out of their carts, so that a replay of events takes nothing out again. */
export const subtractedOrdersMigration: Migration = {
  name: '20261126000100_subtracted_orders',

  async up(knex) {
    await knex.raw(`
      create table subtracted_orders (
        order_id uuid primary key,
        subtracted_at timestamptz not null default now()
      );
      create index subtracted_orders_age on subtracted_orders (subtracted_at);
      comment on table subtracted_orders is
        'Kept longer than the event log keeps events; older rows go as new ones come.';
    `);
  },

  async down(knex) {
    await knex.raw('drop table subtracted_orders');
  },
};
