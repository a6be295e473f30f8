// @ts-check

// Entries of the trail can be deleted only where a row of audit_archives says that they are in a sealed archive; that row is
// itself for ever, and the check of the trail compares it with the archives.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('audit_archives', table => {
    table.comment('Which entries left the trail for which sealed archive');
    table.text('stream').notNullable();
    table.bigInteger('first').notNullable();
    table.bigInteger('last').notNullable();
    table.text('last_hash').notNullable();
    table.timestamp('sealed_at', { useTz: true }).notNullable();
    table.primary(['stream', 'first']);
  });
  await knex.raw(`
    create function audit_refuse_delete() returns trigger language plpgsql as $$
    begin
      if exists (
        select from audit_archives a
        where a.stream = old.stream and old.sequence between a.first and a.last
      ) then
        return old;
      end if;
      raise exception '% is append-only', tg_table_name;
    end $$`);
  await knex.raw('drop trigger audit_trail_append_only on audit_trail');
  await knex.raw(`
    create trigger audit_trail_append_only before update on audit_trail
    for each row execute function audit_refuse_change()`);
  await knex.raw(`
    create trigger audit_trail_delete_archived before delete on audit_trail
    for each row execute function audit_refuse_delete()`);
  await knex.raw(`
    create trigger audit_archives_append_only before update or delete on audit_archives
    for each row execute function audit_refuse_change()`);
  await knex.raw(`
    create trigger audit_archives_no_truncate before truncate on audit_archives
    for each statement execute function audit_refuse_change()`);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop trigger audit_trail_delete_archived on audit_trail');
  await knex.raw('drop trigger audit_trail_append_only on audit_trail');
  await knex.raw(`
    create trigger audit_trail_append_only before update or delete on audit_trail
    for each row execute function audit_refuse_change()`);
  await knex.schema.dropTable('audit_archives');
  await knex.raw('drop function audit_refuse_delete()');
};
