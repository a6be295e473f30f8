// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('checks_revision', table => {
    table.comment('One row: which set of definitions is in use');
    table.boolean('single').primary().defaultTo(true);
    table
      .bigInteger('revision')
      .notNullable()
      .comment('Raised with each change');
    table.timestamp('read_at').nullable();
    table.text('failure').nullable().comment('Why files could not be read');
  });
  await knex('checks_revision').insert({ single: true, revision: 0 });

  await knex.schema.createTable('checks_definition_files', table => {
    table.comment('Files of definitions, as last read');
    table.text('file').primary();
    table.text('url').nullable().comment('Where people find it');
    table.text('hash').notNullable().comment('Of the content');
    table.jsonb('problems').notNullable();
    table.specificType('uses_older', 'text[]').notNullable();
  });

  await knex.schema.createTable('checks_definitions', table => {
    table.comment('Definitions in use');
    table.text('name').primary();
    table.text('file').notNullable();
    table.jsonb('definition').notNullable();
    table.index(['file'], 'checks_definitions_file_idx');
  });

  await knex.schema.createTable('checks_entities', table => {
    table.comment(
      'Entities that some check applies to, as the catalog had them',
    );
    table.text('entity_ref').primary();
    table.text('owner').nullable().comment('Entity ref, for filters');
    table.text('system').nullable().comment('Entity ref, for filters');
    table
      .specificType('facets', 'text[]')
      .notNullable()
      .comment('field and field=value in lower case; permissions look here');
    table.jsonb('entity').notNullable();
    table.text('hash').notNullable();
    table
      .bigInteger('graded_revision')
      .notNullable()
      .comment('Set of definitions it was last graded with; 0 is never');
  });
  await knex.raw(
    'create index checks_entities_facets_idx on checks_entities using gin (facets)',
  );
  await knex.raw(
    'create index checks_entities_graded_idx on checks_entities (graded_revision, entity_ref)',
  );

  await knex.schema.createTable('checks_work', table => {
    table.comment('What each collector has to look at, and who is doing it');
    table.text('entity_ref').notNullable();
    table.text('collector').notNullable();
    table.primary(['entity_ref', 'collector']);
    table
      .foreign('entity_ref')
      .references('entity_ref')
      .inTable('checks_entities')
      .onDelete('CASCADE');
    table.specificType('sources', 'text[]').notNullable();
    table.timestamp('next_at').notNullable();
    table
      .specificType('priority', 'smallint')
      .notNullable()
      .comment('2 asked for by a person, 1 new or changed, 0 by schedule');
    table.timestamp('wanted_at').nullable().comment('When a person last asked');
    table.text('lease_owner').nullable();
    table.bigInteger('lease_token').notNullable().defaultTo(0);
    table.timestamp('lease_started_at').nullable();
    table.timestamp('lease_until').nullable();
    table.integer('failures').notNullable().defaultTo(0);
    table.text('failure').nullable().comment('Why it went wrong the last time');
  });
  await knex.raw(
    'create index checks_work_next_idx on checks_work (collector, priority desc, next_at)',
  );

  await knex.schema.createTable('checks_sources', table => {
    table.comment('Systems that did not answer');
    table.text('name').primary();
    table.integer('failures').notNullable();
    table.text('failure').nullable();
    table.timestamp('paused_until').nullable();
  });

  await knex.schema.createTable('checks_evidence', table => {
    table.comment(
      'What was seen; a row is written when something else is seen, and never changed',
    );
    table.uuid('id').primary();
    table.text('entity_ref').notNullable();
    table.text('collector').notNullable();
    table.text('collector_version').notNullable();
    table.text('key').notNullable();
    table.jsonb('value').nullable();
    table.jsonb('unknown').nullable().comment('Why there is no value');
    table.text('source').notNullable();
    table.jsonb('refs').notNullable();
    table.text('hash').notNullable();
    table.timestamp('first_observed_at').notNullable();
    table.uuid('replaces').nullable().comment('What was seen before');
    table.index(['replaces'], 'checks_evidence_replaces_idx');
    table.index(['first_observed_at'], 'checks_evidence_first_idx');
  });

  await knex.schema.createTable('checks_evidence_current', table => {
    table.comment(
      'The last evidence of each kind, and when it was last confirmed',
    );
    table.text('entity_ref').notNullable();
    table.text('collector').notNullable();
    table.text('key').notNullable();
    table.primary(['entity_ref', 'collector', 'key']);
    table
      .uuid('evidence_id')
      .notNullable()
      .references('id')
      .inTable('checks_evidence');
    table.text('hash').notNullable();
    table.timestamp('observed_at').notNullable();
    table.timestamp('stale_at').notNullable();
    table.index(['evidence_id'], 'checks_evidence_current_id_idx');
  });

  await knex.schema.createTable('checks_results', table => {
    table.comment('The current result of each check for each entity');
    table.text('entity_ref').notNullable();
    table.text('check_name').notNullable();
    table.primary(['entity_ref', 'check_name']);
    table
      .foreign('entity_ref')
      .references('entity_ref')
      .inTable('checks_entities')
      .onDelete('CASCADE');
    table.integer('check_version').notNullable();
    table.text('category').notNullable();
    table.text('outcome').notNullable();
    table.jsonb('words').notNullable();
    table.specificType('evidence_ids', 'uuid[]').notNullable();
    table.timestamp('observed_at').nullable();
    table.timestamp('stale_at').nullable();
    table.timestamp('evaluated_at').notNullable();
    table.timestamp('since').notNullable();
  });
  await knex.raw(
    'create index checks_results_outcome_idx on checks_results (outcome, stale_at)',
  );
  await knex.raw(
    'create index checks_results_check_idx on checks_results (check_name, entity_ref)',
  );

  await knex.schema.createTable('checks_transitions', table => {
    table.comment(
      'Past results; a row is written when an outcome or its words change, and never changed',
    );
    table.bigIncrements('id');
    table.text('entity_ref').notNullable();
    table.text('check_name').notNullable();
    table.integer('check_version').notNullable();
    table.text('outcome').notNullable();
    table.jsonb('words').notNullable();
    table.specificType('evidence_ids', 'uuid[]').notNullable();
    table.timestamp('at').notNullable();
    table.index(
      ['entity_ref', 'check_name', 'id'],
      'checks_transitions_of_idx',
    );
    table.index(['at'], 'checks_transitions_at_idx');
  });

  await knex.schema.createTable('checks_runs', table => {
    table.comment('Entities that a person asked to look at now');
    table.uuid('id').primary();
    table.text('created_by').notNullable();
    table.timestamp('created_at').notNullable();
    table.index(['created_at'], 'checks_runs_created_idx');
  });

  await knex.schema.createTable('checks_run_items', table => {
    table
      .uuid('run_id')
      .notNullable()
      .references('id')
      .inTable('checks_runs')
      .onDelete('CASCADE');
    table.text('entity_ref').notNullable();
    table.text('collector').notNullable();
    table.primary(['run_id', 'entity_ref', 'collector']);
    table.text('state').notNullable().comment('waiting, done or failed');
    table.text('failure').nullable();
    table.timestamp('finished_at').nullable();
    table.index(
      ['entity_ref', 'collector', 'state'],
      'checks_run_items_of_idx',
    );
  });

  await knex.raw(`
    create function checks_refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only', tg_table_name;
    end $$`);
  for (const table of ['checks_evidence', 'checks_transitions']) {
    await knex.raw(
      `create trigger ${table}_append_only before update on ${table}
       for each row execute function checks_refuse_change()`,
    );
  }
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const table of [
    'checks_run_items',
    'checks_runs',
    'checks_transitions',
    'checks_results',
    'checks_evidence_current',
    'checks_evidence',
    'checks_sources',
    'checks_work',
    'checks_entities',
    'checks_definitions',
    'checks_definition_files',
    'checks_revision',
  ]) {
    await knex.schema.dropTable(table);
  }
  await knex.raw('drop function checks_refuse_change()');
};
