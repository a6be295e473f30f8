// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('approvals_files', table => {
    table.comment('Files of policies as last read');
    table.text('file').primary();
    table.text('url').nullable().comment('Where people find it');
    table.jsonb('problems').notNullable();
    table
      .jsonb('uses_older')
      .notNullable()
      .comment('Names of policies that stay in use as they were');
  });

  await knex.schema.createTable('approvals_policies', table => {
    table.comment('Policies in use');
    table.text('name').primary();
    table.text('file').notNullable();
    table.text('url').nullable();
    table.integer('line').notNullable();
    table.jsonb('policy').notNullable();
  });

  await knex.schema.createTable('approvals_status', table => {
    table.comment('How reading policies goes; one row');
    table.integer('id').primary();
    table.timestamp('read_at').nullable();
    table.text('failure').nullable();
  });

  await knex.schema.createTable('approvals_requests', table => {
    table.comment('Requests, as their events make them');
    table.uuid('id').primary();
    table.integer('version').notNullable().comment('Number of events');
    table.text('state').notNullable();
    table.text('plugin').notNullable();
    table.text('type').notNullable();
    table.text('subject_id').notNullable();
    table
      .text('request_key')
      .nullable()
      .comment('Given by the plugin, so that asking twice is once');
    table.text('entity_ref').nullable();
    table.text('environment').nullable();
    table.text('requester').notNullable();
    table.text('search').notNullable().comment('Lower case');
    table
      .specificType('participants', 'text[]')
      .notNullable()
      .comment('Entity refs that have to do with it');
    table
      .specificType('waiting_for', 'text[]')
      .notNullable()
      .comment('Entity refs that may decide or review now');
    table
      .specificType('barred', 'text[]')
      .notNullable()
      .comment('People of those who may not');
    table
      .boolean('delegation')
      .notNullable()
      .comment('Whether a delegate may act now');
    table.timestamp('opened_at').notNullable();
    table
      .timestamp('due_at')
      .nullable()
      .comment('When time does something to it next');
    table.jsonb('request').notNullable();
    table.unique(['plugin', 'request_key']);
    table.index(['opened_at', 'id'], 'approvals_requests_opened_idx');
    table.index(['requester'], 'approvals_requests_requester_idx');
    table.index(['entity_ref'], 'approvals_requests_entity_idx');
    table.index(
      ['plugin', 'type', 'subject_id'],
      'approvals_requests_subject_idx',
    );
  });
  await knex.raw(
    `create unique index approvals_requests_waiting_uq on approvals_requests (plugin, type, subject_id) where state = 'waiting'`,
  );
  await knex.raw(
    'create index approvals_requests_due_idx on approvals_requests (due_at) where due_at is not null',
  );
  await knex.raw(
    'create index approvals_requests_participants_idx on approvals_requests using gin (participants)',
  );
  await knex.raw(
    'create index approvals_requests_waiting_for_idx on approvals_requests using gin (waiting_for)',
  );

  await knex.schema.createTable('approvals_events', table => {
    table.comment('What happened to requests; never changed');
    table
      .uuid('request_id')
      .notNullable()
      .references('id')
      .inTable('approvals_requests');
    table.integer('seq').notNullable();
    table.jsonb('event').notNullable();
    table.primary(['request_id', 'seq']);
  });

  await knex.schema.createTable('approvals_outcomes', table => {
    table.comment('Outcomes that plugins take');
    table.bigIncrements('position');
    table.text('plugin').notNullable();
    table.uuid('request_id').notNullable();
    table.integer('version').notNullable().comment('Of the request after it');
    table.jsonb('outcome').notNullable();
    table.timestamp('created_at').notNullable();
    table.timestamp('acknowledged_at').nullable();
    table.unique(['request_id', 'version']);
  });
  await knex.raw(
    'create index approvals_outcomes_queue_idx on approvals_outcomes (plugin, position) where acknowledged_at is null',
  );

  await knex.schema.createTable('approvals_delegations', table => {
    table.uuid('id').primary();
    table.text('from_ref').notNullable();
    table.text('to_ref').notNullable();
    table.timestamp('starts_at').notNullable();
    table.timestamp('ends_at').notNullable();
    table.specificType('types', 'text[]').nullable();
    table.text('reason').nullable();
    table.timestamp('ended_at').nullable();
    table.index(['to_ref', 'ends_at'], 'approvals_delegations_to_idx');
    table.index(['from_ref', 'ends_at'], 'approvals_delegations_from_idx');
  });

  await knex.schema.createTable('approvals_notices', table => {
    table.comment('Notifications to send, at least once');
    table.text('key').primary().comment('The same thing is not told twice');
    table.jsonb('notice').notNullable();
    table.timestamp('created_at').notNullable();
    table.timestamp('sent_at').nullable();
    table.integer('attempts').notNullable().defaultTo(0);
    table.timestamp('next_at').notNullable().comment('When it is tried next');
  });
  await knex.raw(
    'create index approvals_notices_idx on approvals_notices (next_at, key) where sent_at is null',
  );
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const name of [
    'notices',
    'delegations',
    'outcomes',
    'events',
    'requests',
    'status',
    'policies',
    'files',
  ]) {
    await knex.schema.dropTable(`approvals_${name}`);
  }
};
