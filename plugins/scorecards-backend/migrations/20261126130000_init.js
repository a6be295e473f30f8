// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('scorecards_files', table => {
    table.comment('Files of scorecards as last read');
    table.text('file').primary();
    table.text('url').nullable().comment('Where people find it');
    table.jsonb('problems').notNullable();
    table
      .jsonb('uses_older')
      .notNullable()
      .comment('Names of scorecards that are graded by older definitions');
  });

  await knex.schema.createTable('scorecards_definitions', table => {
    table.comment('Scorecards in use');
    table.text('name').primary();
    table.text('file').notNullable();
    table.text('url').nullable();
    table.integer('line').notNullable();
    table.text('owner').notNullable().comment('Entity ref, lower case');
    table.jsonb('definition').notNullable();
    table
      .text('fingerprint')
      .notNullable()
      .comment('Changes when earlier grades can no longer be compared');
  });

  await knex.schema.createTable('scorecards_status', table => {
    table.comment('How the background work goes; one row');
    table.integer('id').primary();
    table.timestamp('definitions_read_at').nullable();
    table.text('definitions_failure').nullable();
    table.timestamp('graded_at').nullable();
    table.text('grading_failure').nullable();
    table.jsonb('known_checks').nullable();
  });

  await knex.schema.createTable('scorecards_entities', table => {
    table.comment(
      'Entities, groups, systems and domains as the catalog has them',
    );
    table.text('entity_ref').primary();
    table.text('name').notNullable();
    table.text('title').nullable();
    table.text('owner').nullable();
    table.text('system').nullable();
    table.text('domain').nullable().comment('Of the system');
    table
      .text('parent')
      .nullable()
      .comment('Of a group its parent, of a system its domain');
    table
      .specificType('facets', 'text[]')
      .notNullable()
      .comment('What it can be searched by, for conditions');
    table.text('hash').notNullable();
    table.index(['parent'], 'scorecards_entities_parent_idx');
  });

  await knex.schema.createTable('scorecards_grades', table => {
    table.comment('Current grades');
    table
      .text('scorecard')
      .notNullable()
      .references('name')
      .inTable('scorecards_definitions')
      .onDelete('CASCADE');
    table
      .text('entity_ref')
      .notNullable()
      .references('entity_ref')
      .inTable('scorecards_entities')
      .onDelete('CASCADE');
    table
      .bigInteger('version')
      .notNullable()
      .comment(
        'Raised with every write, so that two writers never undo each other',
      );
    table.text('fingerprint').notNullable();
    table.text('state').notNullable();
    table.integer('rank').notNullable();
    table.integer('possible_rank').notNullable();
    table.integer('passed').notNullable();
    table.integer('unseen').notNullable();
    table.integer('asked').notNullable();
    table
      .specificType(
        'score',
        'double precision generated always as (passed::double precision / nullif(asked, 0)) stored',
      )
      .comment('0 to 1; null where nothing is asked');
    table.jsonb('without_waivers').notNullable();
    table
      .jsonb('checks')
      .notNullable()
      .comment('Outcomes, with until when they count');
    table
      .specificType('outcomes', 'text[]')
      .notNullable()
      .comment('check=outcome as of graded_at, and check=waived, to search by');
    table.jsonb('last_known').notNullable();
    table.timestamp('observed_at').nullable();
    table.timestamp('graded_at').notNullable();
    table.timestamp('since').notNullable();
    table.primary(['scorecard', 'entity_ref']);
    table.index(['entity_ref'], 'scorecards_grades_entity_idx');
    table.index(
      ['scorecard', 'score', 'entity_ref'],
      'scorecards_grades_score_idx',
    );
    table.index(['outcomes'], 'scorecards_grades_outcomes_idx', 'gin');
  });
  // Counts and tallies read this alone and not the rows with all their checks.
  await knex.raw(
    `create index scorecards_grades_figures_idx on scorecards_grades (scorecard, entity_ref)
       include (state, rank, passed, unseen, asked, score)`,
  );

  await knex.schema.createTable('scorecards_history', table => {
    table.comment('A row for each time a grade became another one');
    table.text('scorecard').notNullable();
    table.text('entity_ref').notNullable();
    table.timestamp('at').notNullable();
    table.jsonb('figures').notNullable();
    table
      .jsonb('outcomes')
      .notNullable()
      .comment('Outcome by check, without waivers');
    table.primary(['scorecard', 'entity_ref', 'at']);
    table.index(['at'], 'scorecards_history_at_idx');
  });

  await knex.schema.createTable('scorecards_waivers', table => {
    table.uuid('id').primary();
    table.text('scorecard').notNullable();
    table.text('entity_ref').notNullable();
    table.text('check_name').notNullable();
    table.text('reason').notNullable();
    table.text('state').notNullable();
    table.text('requested_by').notNullable();
    table.timestamp('requested_at').notNullable();
    table.timestamp('expires_at').notNullable();
    table.text('decided_by').nullable();
    table.timestamp('decided_at').nullable();
    table.text('comment').nullable();
    table.index(['entity_ref'], 'scorecards_waivers_entity_idx');
  });

  await knex.schema.createTable('scorecards_campaigns', table => {
    table.uuid('id').primary();
    table.text('title').notNullable();
    table.text('description').nullable();
    table.text('scorecard').notNullable();
    table.specificType('checks', 'text[]').notNullable();
    table.text('team').nullable();
    table.timestamp('starts_at').notNullable();
    table.timestamp('deadline').notNullable();
    table.text('created_by').notNullable();
    table.timestamp('ended_at').nullable();
  });

  await knex.schema.createTable('scorecards_badges', table => {
    table.uuid('id').primary();
    table
      .text('token_hash')
      .notNullable()
      .unique()
      .comment('The address itself is told once and kept nowhere');
    table.text('scorecard').notNullable();
    table.text('entity_ref').notNullable();
    table.text('created_by').notNullable();
    table.timestamp('created_at').notNullable();
    table.index(['entity_ref'], 'scorecards_badges_entity_idx');
  });

  await knex.schema.createTable('scorecards_announcements', table => {
    table.comment('Notifications to send, at least once');
    table
      .text('key')
      .primary()
      .comment('The same thing is not announced twice');
    table.specificType('recipients', 'text[]').notNullable();
    table.jsonb('payload').notNullable();
    table.timestamp('created_at').notNullable();
    table.timestamp('sent_at').nullable();
    table.integer('attempts').notNullable().defaultTo(0);
    table.index(['sent_at', 'created_at'], 'scorecards_announcements_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const name of [
    'announcements',
    'badges',
    'campaigns',
    'waivers',
    'history',
    'grades',
    'entities',
    'status',
    'definitions',
    'files',
  ]) {
    await knex.schema.dropTable(`scorecards_${name}`);
  }
};
