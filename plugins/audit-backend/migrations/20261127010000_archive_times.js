// @ts-check

// From when to when the entries of an archive are, so that a search can say that it reaches into archives. Archives that were
// made before this have none here; theirs are not after `sealed_at`.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('audit_archives', table => {
    table.timestamp('begins_at', { useTz: true });
    table.timestamp('until_at', { useTz: true });
    table.index(['sealed_at', 'stream', 'first'], 'audit_archives_sealed');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('audit_archives', table => {
    table.dropIndex([], 'audit_archives_sealed');
    table.dropColumn('begins_at');
    table.dropColumn('until_at');
  });
};
