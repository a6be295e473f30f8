import type { Migration } from '@shopfloor/service-kit';

/**
 * The history of an order may go with its order, after the legal retention, and not
 * before: until then nobody changes or removes a line of it.
 */
export const retentionMigration: Migration = {
  name: '20261126180000_retention',

  async up(knex) {
    await knex.raw(`
      create function order_history_goes_with_order() returns trigger language plpgsql as $$
      begin
        if exists (select from orders where id = old.order_id) then
          raise exception 'The history of order % goes with its order alone', old.order_id
            using errcode = 'restrict_violation';
        end if;
        return old;
      end $$;
      create trigger order_history_goes_with_order
        before delete on order_history
        for each row execute function order_history_goes_with_order();
      drop trigger order_history_append_only on order_history;
      create trigger order_history_append_only
        before update or truncate on order_history
        for each statement execute function order_history_append_only();
    `);
  },

  async down(knex) {
    await knex.raw(`
      drop trigger order_history_append_only on order_history;
      create trigger order_history_append_only
        before update or delete or truncate on order_history
        for each statement execute function order_history_append_only();
      drop trigger order_history_goes_with_order on order_history;
      drop function order_history_goes_with_order();
    `);
  },
};
