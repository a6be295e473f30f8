// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('scorecards_status', table => {
    table.text('facts_cursor').nullable().comment('Of the feed of checks');
    table.timestamp('facts_read_at').nullable().comment('All of them');
    table
      .text('graded_definitions')
      .nullable()
      .comment('Hash of the scorecards that were graded with');
  });
  await knex.schema.alterTable('scorecards_entities', table => {
    table
      .boolean('graded')
      .notNullable()
      .defaultTo(false)
      .comment('As it is now; false after each change');
  });
  await knex.raw(
    'create index scorecards_entities_ungraded_idx on scorecards_entities (entity_ref) where not graded',
  );
  await knex.schema.alterTable('scorecards_grades', table => {
    table
      .timestamp('next_at')
      .nullable()
      .comment('When the first of its outcomes goes stale');
    table.index(['next_at'], 'scorecards_grades_next_idx');
  });
  // Grades from before have no such time, so that all are worked out anew.
  await knex('scorecards_grades').update({ next_at: new Date(0) });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('scorecards_grades', table => {
    table.dropColumn('next_at');
  });
  await knex.schema.alterTable('scorecards_entities', table => {
    table.dropColumn('graded');
  });
  await knex.schema.alterTable('scorecards_status', table => {
    table.dropColumns('facts_cursor', 'facts_read_at', 'graded_definitions');
  });
};
