// @ts-check

/**
 * Counts what there is once. Nothing waits for it but grading.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('checks_tallies', table => {
    table.comment(
      'How many results of an entity and category are written how, for the counts of lists',
    );
    table
      .text('entity_ref')
      .notNullable()
      .references('entity_ref')
      .inTable('checks_entities')
      .onDelete('CASCADE');
    table.text('category').notNullable();
    table.primary(['entity_ref', 'category']);
    for (const outcome of ['pass', 'fail', 'unknown', 'not_applicable']) {
      table.integer(outcome).notNullable();
    }
    table
      .timestamp('stale_at')
      .nullable()
      .comment('From when the first of them is stale: then they are counted');
  });
  await knex.raw(
    `insert into checks_tallies
     select entity_ref, category, count(*) filter (where outcome = 'pass'), count(*) filter (where outcome = 'fail'),
       count(*) filter (where outcome = 'unknown'), count(*) filter (where outcome = 'not-applicable'),
       min(stale_at) filter (where outcome <> 'unknown')
     from checks_results group by entity_ref, category`,
  );
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('checks_tallies');
};
