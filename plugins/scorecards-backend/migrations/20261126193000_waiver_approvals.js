// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('scorecards_waivers', table => {
    table
      .text('approval_id')
      .nullable()
      .comment('Of the request for approval, when an engine decides');
    table
      .boolean('approval_settled')
      .notNullable()
      .defaultTo(false)
      .comment('The engine has no open request about it any more');
  });
  // Those were decided without an engine.
  await knex('scorecards_waivers')
    .whereNot({ state: 'waiting' })
    .update({ approval_settled: true });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('scorecards_waivers', table => {
    table.dropColumns('approval_id', 'approval_settled');
  });
};
