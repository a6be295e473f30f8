// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('checks_reports', table => {
    table.comment('What pipelines reported; rows are never changed');
    table.uuid('id').primary();
    table.text('entity_ref').notNullable();
    table
      .text('kind')
      .notNullable()
      .comment('tests, coverage, scan or quality; the last of each counts');
    table.text('format').notNullable();
    table.text('commit').notNullable();
    table.jsonb('summary').notNullable();
    table.text('uploaded_by').notNullable();
    table.timestamp('uploaded_at').notNullable();
    table.index(['uploaded_at'], 'checks_reports_uploaded_idx');
  });
  await knex.raw(
    'create index checks_reports_latest_idx on checks_reports (entity_ref, kind, uploaded_at desc)',
  );
  await knex.raw(
    `create trigger checks_reports_append_only before update on checks_reports
     for each row execute function checks_refuse_change()`,
  );
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('checks_reports');
};
