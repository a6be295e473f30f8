// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('audit_streams', table => {
    table.comment('The head of each chain; its row is the lock of the stream');
    table.text('stream').primary();
    table.bigInteger('sequence').notNullable();
    table.text('hash').notNullable();
  });
  await knex.schema.createTable('audit_trail', table => {
    table.comment(
      'The audit trail: append-only, each entry chained to the one before',
    );
    table.text('stream').notNullable();
    table.bigInteger('sequence').notNullable();
    table.uuid('act_id').notNullable();
    table.text('phase').notNullable().comment('intent or outcome');
    table.timestamp('at', { useTz: true }).notNullable();
    table.text('action').notNullable();
    table.text('actor').notNullable();
    table.text('entity_ref');
    table.text('outcome');
    table
      .text('body')
      .notNullable()
      .comment('the text that is hashed; the columns repeat parts of it');
    table.text('hash').notNullable();
    table.primary(['stream', 'sequence']);
    table.unique(['stream', 'act_id', 'phase']);
    table.index(['at', 'act_id']);
    table.index(['entity_ref', 'at']);
    table.index(['actor', 'at']);
  });
  await knex.raw(`
    create function audit_refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only', tg_table_name;
    end $$`);
  await knex.raw(`
    create trigger audit_trail_append_only before update or delete on audit_trail
    for each row execute function audit_refuse_change()`);
  await knex.raw(`
    create trigger audit_trail_no_truncate before truncate on audit_trail
    for each statement execute function audit_refuse_change()`);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('audit_trail');
  await knex.schema.dropTable('audit_streams');
  await knex.raw('drop function audit_refuse_change()');
};
