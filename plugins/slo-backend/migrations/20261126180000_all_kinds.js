// @ts-check

/**
 * Figures of every kind of SLO. To the operator: the key of slo_points gains a column, which rewrites its index and locks
 * the table meanwhile; a million points take some seconds.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('slo_definitions', table => {
    table
      .timestamp('recorded_since')
      .nullable()
      .comment(
        'Since when Prometheus evaluates the rules of what is counted now',
      );
  });
  // So that a definition is read and parsed once by each process, and not at every look.
  await knex.raw(
    'alter table slo_definitions add column definition_hash text generated always as (md5(definition::text)) stored',
  );
  await knex.schema.alterTable('slo_points', table => {
    table
      .text('part')
      .notNullable()
      .defaultTo('0')
      .comment('Which of the counted parts; of a weighted whole the whole');
    table.dropPrimary();
    table.primary(['slo_id', 'part', 'at']);
  });
  await knex.schema.createTable('slo_maintenance', table => {
    table.comment('When a definition named which maintenance');
    table
      .text('slo_id')
      .notNullable()
      .references('id')
      .inTable('slo_definitions')
      .onDelete('CASCADE');
    table.text('entry').notNullable().comment('The window, as JSON');
    table.timestamp('since').notNullable();
    table.timestamp('until').nullable();
    table.primary(['slo_id', 'entry', 'since']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('slo_maintenance');
  await knex('slo_points').whereNot('part', '0').delete();
  await knex.schema.alterTable('slo_points', table => {
    table.dropPrimary();
    table.dropColumn('part');
    table.primary(['slo_id', 'at']);
  });
  await knex.schema.alterTable('slo_definitions', table => {
    table.dropColumns('recorded_since', 'definition_hash');
  });
};
