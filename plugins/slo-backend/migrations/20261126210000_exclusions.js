// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('slo_exclusions', table => {
    table.comment('Past stretches that do not count, or shall not');
    table.text('id').primary();
    // No reference: who decided what outlives the SLO.
    table.text('slo_id').notNullable();
    table.text('entity_ref').notNullable();
    table.timestamp('from_at').notNullable();
    table.timestamp('to_at').notNullable().comment('Not part of it');
    table.text('reason').notNullable();
    table.text('state').notNullable();
    table.text('requested_by').notNullable().comment('Entity ref');
    table.timestamp('requested_at').notNullable();
    table
      .jsonb('figures')
      .notNullable()
      .comment('Both budgets of each objective when it was asked for');
    table.text('approval_id').nullable();
    table
      .boolean('approval_settled')
      .notNullable()
      .defaultTo(false)
      .comment('No request for approval is open about it any more');
    table.text('decided_by').nullable().comment('Entity ref');
    table.timestamp('decided_at').nullable();
    table.text('comment').nullable();
    table.index(['slo_id', 'requested_at'], 'slo_exclusions_slo_idx');
    table.index(['state'], 'slo_exclusions_state_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('slo_exclusions');
};
