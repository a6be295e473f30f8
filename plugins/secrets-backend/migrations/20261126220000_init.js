// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('secrets_declarations', table => {
    table.comment('What services declare, as last read');
    table.text('entity_ref').primary();
    table.text('service').notNullable();
    table.text('title').notNullable();
    table.specificType('owners', 'text[]').notNullable();
    table.text('file').notNullable();
    table.text('url').nullable();
    table.jsonb('secrets').notNullable();
    table.jsonb('problems').notNullable();
    table.timestamp('read_at').notNullable();
  });

  await knex.schema.createTable('secrets_grants', table => {
    table.comment('Grants, as their events make them; never deleted');
    table.uuid('id').primary();
    table.integer('version').notNullable().comment('Number of events');
    table.text('state').notNullable();
    table.text('name').notNullable();
    table.text('slot').notNullable();
    table.integer('number').notNullable();
    table
      .boolean('written')
      .notNullable()
      .comment('Whether it was approved, so that its number is used for ever');
    table.text('environment').notNullable();
    table.text('subject_kind').notNullable();
    table.text('subject_ref').notNullable();
    table.text('owner_ref').notNullable();
    table.specificType('subject_owners', 'text[]').notNullable();
    table.specificType('secret_owners', 'text[]').notNullable();
    table.text('requested_by').notNullable();
    table.timestamp('requested_at').notNullable();
    table.timestamp('expires_at').nullable();
    table.timestamp('ended_at').nullable();
    table.jsonb('grant').notNullable();
    table.jsonb('diff').notNullable().comment('What was shown when asked');
    table.timestamp('next_at').nullable().comment('When the worker looks');
    table.integer('attempts').notNullable().defaultTo(0);
    table.uuid('lease').nullable();
    table.timestamp('leased_until').nullable();
    table
      .boolean('proof_asked')
      .notNullable()
      .defaultTo(false)
      .comment('By a person');
    table
      .boolean('settled')
      .notNullable()
      .defaultTo(false)
      .comment('Nothing about it waits for approval any more');
    table.integer('told_version').notNullable().defaultTo(0);
    table.text('astray').nullable().comment('Why it should end');
    table.timestamp('astray_since').nullable();
    table.index(['requested_at', 'id'], 'secrets_grants_requested_idx');
    table.index(['slot', 'number'], 'secrets_grants_slot_idx');
    table.index(['subject_ref'], 'secrets_grants_subject_idx');
    table.index(['owner_ref'], 'secrets_grants_owner_idx');
  });
  await knex.raw(
    'create index secrets_grants_next_idx on secrets_grants (next_at) where next_at is not null',
  );
  await knex.raw(
    'create index secrets_grants_untold_idx on secrets_grants (id) where told_version < version',
  );
  await knex.raw(
    'create index secrets_grants_subject_owners_idx on secrets_grants using gin (subject_owners)',
  );
  await knex.raw(
    'create index secrets_grants_secret_owners_idx on secrets_grants using gin (secret_owners)',
  );
  // Of one number there is one grant that was, or may yet be, written.
  await knex.raw(
    `create unique index secrets_grants_name_uq on secrets_grants (name) where written or state = 'requested'`,
  );

  await knex.schema.createTable('secrets_events', table => {
    table.comment('What happened to grants; never changed, never deleted');
    table
      .uuid('grant_id')
      .notNullable()
      .references('id')
      .inTable('secrets_grants');
    table.integer('seq').notNullable();
    table.jsonb('event').notNullable();
    table.primary(['grant_id', 'seq']);
  });

  await knex.schema.createTable('secrets_acts', table => {
    table.comment('Acts of people by their idempotency keys');
    table.text('person').notNullable();
    table.text('key').notNullable();
    table.text('act').notNullable().comment('With what it was done to');
    table.text('result').notNullable().comment('Id of what came of it');
    table.timestamp('at').notNullable();
    table.primary(['person', 'key']);
  });

  await knex.schema.createTable('secrets_rotations', table => {
    table.uuid('id').primary();
    table.text('environment').notNullable();
    table.text('owner_ref').notNullable();
    table.specificType('owners', 'text[]').notNullable();
    table.jsonb('secret').notNullable();
    table.text('cause').notNullable();
    table.uuid('grant_id').nullable();
    table.text('task_key').notNullable().unique();
    table.timestamp('opened_at').notNullable();
    table.timestamp('due_at').notNullable();
    table.timestamp('done_at').nullable();
    table.text('done_by').nullable();
    table.text('comment').nullable();
    table.integer('version_at_opening').nullable();
    table.index(['due_at', 'id'], 'secrets_rotations_due_idx');
  });

  await knex.schema.createTable('secrets_reviews', table => {
    table.uuid('id').primary();
    table.text('title').notNullable();
    table.text('environment').nullable();
    table.text('owner_ref').nullable();
    table.timestamp('due_at').notNullable();
    table.text('created_by').notNullable();
    table.timestamp('created_at').notNullable();
    table.timestamp('closed_at').nullable();
  });

  await knex.schema.createTable('secrets_review_items', table => {
    table
      .uuid('review_id')
      .notNullable()
      .references('id')
      .inTable('secrets_reviews');
    table
      .uuid('grant_id')
      .notNullable()
      .references('id')
      .inTable('secrets_grants');
    table.text('verdict').nullable();
    table.text('decided_by').nullable();
    table.timestamp('decided_at').nullable();
    table.text('comment').nullable();
    table.primary(['review_id', 'grant_id']);
  });

  await knex.schema.createTable('secrets_announcements', table => {
    table.comment('Notifications to send, at least once');
    table.text('key').primary();
    table.specificType('recipients', 'text[]').notNullable();
    table.jsonb('payload').notNullable();
    table.timestamp('created_at').notNullable();
    table.timestamp('sent_at').nullable();
    table.integer('attempts').notNullable().defaultTo(0);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const name of [
    'announcements',
    'review_items',
    'reviews',
    'rotations',
    'acts',
    'events',
    'grants',
    'declarations',
  ]) {
    await knex.schema.dropTable(`secrets_${name}`);
  }
};
