// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('checks_changes', table => {
    table.comment('Entities whose results changed, for those who follow them');
    table.text('entity_ref').primary();
    table
      .specificType('change', 'xid8')
      .notNullable()
      .comment('The transaction that changed them last');
    table.index(['change'], 'checks_changes_change_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('checks_changes');
};
