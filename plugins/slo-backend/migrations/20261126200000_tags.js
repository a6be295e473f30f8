// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('slo_definitions', table => {
    table
      .specificType('tags', 'text[]')
      .notNullable()
      .defaultTo('{}')
      .comment('Of the entity in the catalog');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('slo_definitions', table => {
    table.dropColumn('tags');
  });
};
