/**
 * One row per system: since when it is in its state, so that a restart of the portal does not forget it.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('systems', table => {
    table.text('name').primary().comment('Id of the system');
    table.text('state').notNullable().comment('ok or failing');
    table
      .timestamp('since', { useTz: true })
      .notNullable()
      .comment('When it went into that state');
    table.text('version').comment('The last version it said of itself');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('systems');
};
