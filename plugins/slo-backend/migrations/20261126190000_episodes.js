// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('slo_episodes', table => {
    table.comment('When something was wrong with an SLO, as its owner is told');
    table.bigIncrements('id');
    table
      .text('slo_id')
      .notNullable()
      .references('id')
      .inTable('slo_definitions')
      .onDelete('CASCADE');
    table.text('kind').notNullable().comment('burn or exhausted');
    table.timestamp('opened_at').notNullable();
    table.timestamp('quiet_since').nullable();
    table.timestamp('closed_at').nullable();
    table.index(['closed_at'], 'slo_episodes_closed_at_idx');
  });
  await knex.raw(
    'create unique index slo_episodes_open_idx on slo_episodes (slo_id, kind) where closed_at is null',
  );
  await knex.schema.createTable('slo_announcements', table => {
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
    table.index(['sent_at', 'created_at'], 'slo_announcements_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('slo_announcements');
  await knex.schema.dropTable('slo_episodes');
};
