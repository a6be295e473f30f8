// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('traffic_changes', table => {
    table.comment(
      'One row per change of a route: the intent first, then the outcome',
    );
    table.uuid('id').primary();
    table.text('entity_ref').notNullable();
    table.text('environment').notNullable();
    table.text('virtual_service').notNullable();
    table.text('kind').notNullable().comment('shift or undo');
    table.uuid('undo_of').references('id').inTable('traffic_changes');
    table.text('person').notNullable().comment('entity ref');
    table.text('impersonated').notNullable().comment('JSON: user and groups');
    table.text('reason');
    table
      .text('taken_over_from')
      .notNullable()
      .comment('JSON: names of field managers');
    table.text('idempotency_key').notNullable();
    table.text('request_hash').notNullable();
    table.timestamp('intent_at', { useTz: true }).notNullable();
    table
      .text('before')
      .notNullable()
      .comment('JSON: spec, labels, annotations');
    table
      .text('after')
      .notNullable()
      .comment('JSON: spec, labels, annotations');
    table.text('resource_version_before').notNullable();
    table.text('resource_version_after');
    table.text('outcome').notNullable();
    table.timestamp('outcome_at', { useTz: true });
    table.text('error');
    table.text('effect').comment('JSON: what the proxies acknowledged');
    table.unique(['person', 'idempotency_key']);
    table.index(['entity_ref', 'environment', 'intent_at', 'id']);
    table.index(['undo_of']);
  });
  await knex.schema.raw(
    `create index traffic_changes_pending on traffic_changes (intent_at) where outcome = 'pending'`,
  );
  await knex.schema.createTable('traffic_last_known', table => {
    table.comment('What was last seen, shown as stale while a system is down');
    table.text('environment').notNullable();
    table.text('virtual_service').notNullable();
    table.text('kind').notNullable().comment('route or measured');
    table.text('body').notNullable().comment('JSON');
    table.timestamp('observed_at', { useTz: true }).notNullable();
    table.primary(['environment', 'virtual_service', 'kind']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('traffic_last_known');
  await knex.schema.dropTable('traffic_changes');
};
