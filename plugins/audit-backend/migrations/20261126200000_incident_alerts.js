// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('audit_incident_alerts', table => {
    table.comment('The alerts of an incident');
    table.text('fingerprint').notNullable();
    table.timestamp('starts_at', { useTz: true }).notNullable();
    table
      .uuid('incident_id')
      .notNullable()
      .references('id')
      .inTable('audit_incidents')
      .onDelete('CASCADE');
    table.text('severity').notNullable();
    table.timestamp('ended_at', { useTz: true }).comment('null while it fires');
    table.timestamp('heard_at', { useTz: true }).notNullable();
    table.primary(['fingerprint', 'starts_at']);
    table.index(['incident_id']);
  });
  await knex.raw(
    `insert into audit_incident_alerts (fingerprint, starts_at, incident_id, severity, ended_at, heard_at)
     select alert_fingerprint, alert_starts_at, id, severity, case when closed_by = 'alert' then closed_at end, alert_heard_at
     from audit_incidents where alert_fingerprint is not null`,
  );
  await knex.schema.alterTable('audit_incidents', table => {
    table.dropUnique(['alert_fingerprint', 'alert_starts_at']);
    table
      .text('alert_group')
      .comment('alerts of one group at one time are one incident');
    table.index(['alert_group', 'opened_at']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('audit_incidents', table => {
    table.dropColumn('alert_group');
    table.unique(['alert_fingerprint', 'alert_starts_at']);
  });
  await knex.schema.dropTable('audit_incident_alerts');
};
