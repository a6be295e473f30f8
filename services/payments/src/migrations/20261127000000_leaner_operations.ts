import type { Migration } from '@shopfloor/service-kit';

/**
 * An operation is written by the statement that has just found or made its payment, and payments are never deleted: looking the
 * payment up once more for each, and locking its row for that, is a fifth of what an authorisation costs here.
 */
export const leanerOperationsMigration: Migration = {
  name: '20261127000000_leaner_operations',

  async up(knex) {
    await knex.raw(
      'alter table operations drop constraint operations_payment_id_fkey',
    );
  },

  async down(knex) {
    await knex.raw(
      'alter table operations add foreign key (payment_id) references payments (payment_id)',
    );
  },
};
