// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('traffic_changes', table => {
    table
      .integer('revision')
      .notNullable()
      .defaultTo(1)
      .comment('grows whenever what there is to tell of the change does');
    table
      .integer('told_revision')
      .notNullable()
      .defaultTo(0)
      .comment('the revision that the store of changes has');
  });
  await knex.schema.raw(
    'create index traffic_changes_untold on traffic_changes (intent_at) where told_revision < revision',
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('traffic_changes', table => {
    table.dropColumn('told_revision');
    table.dropColumn('revision');
  });
};
