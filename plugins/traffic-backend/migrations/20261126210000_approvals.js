// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('traffic_changes', table => {
    table
      .text('content_hash')
      .comment('of what is asked for, when the change asks through approvals');
    table
      .text('approval_id')
      .comment('of the request for approval, once approvals took it');
    table
      .text('approval')
      .comment('JSON: the step, the limit, who is waited for, who decided');
  });
  await knex.schema.raw(
    `create index traffic_changes_waiting on traffic_changes (intent_at) where outcome = 'waiting'`,
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index traffic_changes_waiting');
  await knex.schema.alterTable('traffic_changes', table => {
    table.dropColumns('content_hash', 'approval_id', 'approval');
  });
};
