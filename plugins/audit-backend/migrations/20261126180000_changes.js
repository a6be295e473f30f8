// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('audit_entities', table => {
    table.comment(
      'The entities of the catalog, so that what somebody may see is decided in this database',
    );
    table.text('entity_ref').primary();
    table
      .specificType('facets', 'text[]')
      .notNullable()
      .comment('field=value and field, lower case');
    table.text('hash').notNullable();
  });
  await knex.raw(
    'create index audit_entities_facets on audit_entities using gin (facets)',
  );

  await knex.schema.createTable('audit_changes', table => {
    table.comment('What was done to a service in an environment');
    table.uuid('id').primary();
    table.text('source').notNullable().comment('who told of it');
    table.text('source_id').notNullable().comment('its id there');
    table.text('kind').notNullable();
    table.text('entity_ref').notNullable();
    table.text('environment').notNullable();
    table.text('title').notNullable();
    table.text('summary');
    table.text('user_entity_ref');
    table.timestamp('started_at', { useTz: true }).notNullable();
    table.timestamp('ended_at', { useTz: true });
    table.text('outcome').notNullable();
    table
      .smallint('stage')
      .notNullable()
      .comment('of the outcome; it never goes back');
    table.jsonb('reference');
    table.text('trace_id');
    table.text('approval_id');
    table.timestamp('observed_at', { useTz: true }).notNullable();
    table.unique(['source', 'source_id']);
    table.index(['started_at', 'id']);
    table.index(['entity_ref', 'started_at', 'id']);
  });

  await knex.schema.createTable('audit_incidents', table => {
    table.comment('What is or was wrong');
    table.uuid('id').primary();
    table.text('title').notNullable();
    table.text('summary');
    table.text('environment');
    table.text('severity').notNullable();
    table.timestamp('opened_at', { useTz: true }).notNullable();
    table.text('opened_by').notNullable().comment('alert or person');
    table.text('opened_by_ref');
    table.text('idempotency_key').comment('of a person who opened it');
    table.timestamp('closed_at', { useTz: true });
    table.text('closed_by').comment('alert or person');
    table.text('closed_by_ref');
    table.text('resolution');
    table.text('slo_id');
    table.text('alert_fingerprint');
    table.timestamp('alert_starts_at', { useTz: true });
    table.timestamp('alert_heard_at', { useTz: true });
    table.jsonb('alert_labels');
    table.text('alert_generator_url');
    table.unique(['alert_fingerprint', 'alert_starts_at']);
    table.unique(['opened_by_ref', 'idempotency_key']);
    table.index(['opened_at', 'id']);
    table.index(['slo_id', 'opened_at']);
  });

  await knex.schema.createTable('audit_incident_entities', table => {
    table
      .uuid('incident_id')
      .notNullable()
      .references('id')
      .inTable('audit_incidents')
      .onDelete('CASCADE');
    table.text('entity_ref').notNullable();
    table.primary(['incident_id', 'entity_ref']);
    table.index(['entity_ref']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('audit_incident_entities');
  await knex.schema.dropTable('audit_incidents');
  await knex.schema.dropTable('audit_changes');
  await knex.schema.dropTable('audit_entities');
};
