import { randomUUID } from 'node:crypto';
import { Knex } from 'knex';
import { insertEntities } from './incidentEntities';
import { toAlertRow } from './incidentRow';
import { AlertReport } from './IncidentStore';

/**
 * Writes what Alertmanager says of alerts, all or nothing: see {@link IncidentStore.recordAlerts}. Alerts of one name about one SLO
 * are the rows of its burn table; those that overlap in time are one incident, from the first beginning to the last end.
 */
export async function recordAlerts(
  db: Knex,
  reports: AlertReport[],
): Promise<void> {
  // In one order everywhere, so that two deliveries never wait for each other.
  const sorted = reports
    .map(report => ({ report, lock: groupOf(report) ?? report.fingerprint }))
    .sort((a, b) => compare(a.lock, b.lock));
  await db.transaction(async tx => {
    for (const { report, lock } of sorted) {
      // Two deliveries at once must not open an incident each.
      await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
        `incident ${lock}`,
      ]);
      const id = await incidentOf(tx, report);
      await insertAlert(tx, id, report);
      await insertEntities(tx, id, report.entityRefs);
      await settle(tx, id);
    }
  });
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function groupOf({ sloId, labels }: AlertReport): string | undefined {
  return sloId && `${sloId} ${labels.alertname ?? ''}`;
}

/** The incident that the alert belongs to; opens one when there is none. */
async function incidentOf(tx: Knex, report: AlertReport): Promise<string> {
  const known = await tx('audit_incident_alerts')
    .where({ fingerprint: report.fingerprint, starts_at: report.startsAt })
    .first('incident_id');
  if (known) {
    // The words of the alert that opened it are those of the incident.
    await tx('audit_incidents')
      .where({
        id: known.incident_id,
        alert_fingerprint: report.fingerprint,
        alert_starts_at: report.startsAt,
      })
      .update({ title: report.title, summary: report.summary ?? null });
    return known.incident_id;
  }
  const group = groupOf(report);
  const overlapping =
    group &&
    (await tx('audit_incidents')
      .where({ alert_group: group })
      .where(either =>
        either
          .whereNull('closed_at')
          .orWhere(ended =>
            ended
              .where({ closed_by: 'alert' })
              .where('closed_at', '>=', report.startsAt),
          ),
      )
      .orderBy('opened_at', 'desc')
      .first('id'));
  if (overlapping) {
    return overlapping.id;
  }
  const id = randomUUID();
  await tx('audit_incidents').insert({
    ...toAlertRow(id, report),
    alert_group: group ?? null,
  });
  return id;
}

async function insertAlert(
  tx: Knex,
  incidentId: string,
  report: AlertReport,
): Promise<void> {
  const { startsAt, endedAt } = report;
  await tx.raw(
    `? on conflict (fingerprint, starts_at) do update set
       heard_at = greatest(a.heard_at, excluded.heard_at),
       ended_at = case when excluded.ended_at is null then null else coalesce(a.ended_at, excluded.ended_at) end`,
    [
      tx('audit_incident_alerts as a').insert({
        fingerprint: report.fingerprint,
        starts_at: startsAt,
        incident_id: incidentId,
        severity: report.severity,
        ended_at: endedAt
          ? new Date(Math.max(endedAt.getTime(), startsAt.getTime()))
          : null,
        heard_at: report.heardAt,
      }),
    ],
  );
}

/** Times and severity of an incident follow from its alerts, unless a person closed it. */
async function settle(tx: Knex, id: string): Promise<void> {
  await tx.raw(
    `update audit_incidents i set
       opened_at = a.began,
       severity = a.severity,
       alert_heard_at = a.heard,
       closed_at = case when i.closed_by = 'person' then i.closed_at when a.firing then null else a.ended end,
       closed_by = case when i.closed_by = 'person' then i.closed_by when a.firing then null else 'alert' end
     from (
       select min(starts_at) as began, max(ended_at) as ended, bool_or(ended_at is null) as firing, max(heard_at) as heard,
         case when bool_or(severity = 'page') then 'page' when bool_or(severity = 'ticket') then 'ticket' else 'other' end as severity
       from audit_incident_alerts where incident_id = :id
     ) a
     where i.id = :id`,
    { id },
  );
}
