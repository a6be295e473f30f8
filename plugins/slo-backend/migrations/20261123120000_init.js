// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('slo_sources', table => {
    table.comment('Files that define SLOs, one per entity');
    table.text('entity_ref').primary();
    table.text('file').notNullable().comment('As the entity names it');
    table.text('url').nullable().comment('Where people find it');
    table.text('content').nullable().comment('As last read, whole');
    table.timestamp('read_at').nullable();
    table.text('failure').nullable().comment('Why it could not be read');
    table.jsonb('problems').notNullable();
    table.boolean('uses_older_definitions').notNullable();
    table.timestamp('missing_since').nullable();
  });

  await knex.schema.createTable('slo_definitions', table => {
    table.comment('SLOs, one row per SLO and environment');
    table.text('id').primary();
    table
      .text('entity_ref')
      .notNullable()
      .references('entity_ref')
      .inTable('slo_sources')
      .onDelete('CASCADE');
    table.text('environment').notNullable();
    table.text('name').notNullable();
    table.text('owner').nullable().comment('Entity ref');
    table.text('system').nullable().comment('Entity ref');
    table.text('file').notNullable();
    table.text('url').nullable();
    table.jsonb('definition').notNullable();
    table
      .text('measure_hash')
      .notNullable()
      .comment('Changes when earlier results no longer belong to it');
    table.timestamp('missing_since').nullable();
    table.index(['entity_ref'], 'slo_definitions_entity_ref_idx');
  });

  await knex.schema.createTable('slo_results', table => {
    table.comment('Last known figures of each SLO');
    table
      .text('slo_id')
      .primary()
      .references('id')
      .inTable('slo_definitions')
      .onDelete('CASCADE');
    table.timestamp('observed_at').nullable();
    table.jsonb('result').nullable();
    table.text('failure_code').nullable();
    table.text('failure').nullable();
    table.timestamp('failing_since').nullable();
  });

  await knex.schema.createTable('slo_points', table => {
    table.comment(
      'Counts of the rolling window and of the last hour, one row a minute',
    );
    table
      .text('slo_id')
      .notNullable()
      .references('id')
      .inTable('slo_definitions')
      .onDelete('CASCADE');
    table.timestamp('at').notNullable();
    table.double('bad').notNullable();
    table.double('total').notNullable();
    table.double('recent_bad').notNullable();
    table.double('recent_total').notNullable();
    table.primary(['slo_id', 'at']);
    table.index(['at'], 'slo_points_at_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('slo_points');
  await knex.schema.dropTable('slo_results');
  await knex.schema.dropTable('slo_definitions');
  await knex.schema.dropTable('slo_sources');
};
