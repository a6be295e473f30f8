// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('traffic_announcements', table => {
    table.comment('What people are told of changes that they asked for');
    table.text('key').primary().comment('The same thing is not told twice');
    table.specificType('recipients', 'text[]').notNullable();
    table.jsonb('payload').notNullable();
    table.timestamp('created_at').notNullable();
    table.timestamp('sent_at').nullable();
    table.integer('attempts').notNullable().defaultTo(0);
    table.index(['sent_at', 'created_at']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('traffic_announcements');
};
