import { Incident } from '@shopfloor/plugin-audit-common';
import { AlertReport, OpenedIncident } from './IncidentStore';

/** A row of `audit_incidents`. */
export interface IncidentRow {
  id: string;
  title: string;
  summary: string | null;
  environment: string | null;
  severity: Incident['severity'];
  opened_at: Date;
  opened_by: Incident['openedBy'];
  opened_by_ref: string | null;
  idempotency_key: string | null;
  closed_at: Date | null;
  closed_by: Incident['openedBy'] | null;
  closed_by_ref: string | null;
  resolution: string | null;
  slo_id: string | null;
  /** Alerts of one group at one time are one incident. */
  alert_group: string | null;
  alert_fingerprint: string | null;
  alert_starts_at: Date | null;
  alert_heard_at: Date | null;
  alert_labels: Record<string, string> | null;
  alert_generator_url: string | null;
}

export function toAlertRow(
  id: string,
  report: AlertReport,
): Partial<IncidentRow> {
  const { endedAt, startsAt } = report;
  return {
    id,
    title: report.title,
    summary: report.summary ?? null,
    environment: report.environment ?? null,
    severity: report.severity,
    opened_at: startsAt,
    opened_by: 'alert',
    closed_at: endedAt
      ? new Date(Math.max(endedAt.getTime(), startsAt.getTime()))
      : null,
    closed_by: endedAt ? 'alert' : null,
    slo_id: report.sloId ?? null,
    alert_fingerprint: report.fingerprint,
    alert_starts_at: startsAt,
    alert_heard_at: report.heardAt,
    alert_labels: JSON.stringify(report.labels) as never,
    alert_generator_url: report.generatorUrl ?? null,
  };
}

export function toOpenedRow(incident: OpenedIncident): Partial<IncidentRow> {
  return {
    id: incident.id,
    title: incident.title,
    summary: incident.summary ?? null,
    environment: incident.environment,
    severity: incident.severity,
    opened_at: incident.openedAt,
    opened_by: 'person',
    opened_by_ref: incident.openedByRef,
    idempotency_key: incident.idempotencyKey,
  };
}

export function fromRow(row: IncidentRow, entityRefs: string[]): Incident {
  return {
    id: row.id,
    title: row.title,
    ...(row.summary && { summary: row.summary }),
    entityRefs,
    ...(row.environment && { environment: row.environment }),
    severity: row.severity,
    openedAt: row.opened_at.toISOString(),
    ...(row.closed_at && { closedAt: row.closed_at.toISOString() }),
    openedBy: row.opened_by,
    ...(row.opened_by_ref && { openedByRef: row.opened_by_ref }),
    ...(row.closed_by && { closedBy: row.closed_by }),
    ...(row.closed_by_ref && { closedByRef: row.closed_by_ref }),
    ...(row.resolution && { resolution: row.resolution }),
    ...(row.alert_fingerprint && {
      alert: {
        fingerprint: row.alert_fingerprint,
        labels: row.alert_labels ?? {},
        heardAt: row.alert_heard_at!.toISOString(),
        ...(row.alert_generator_url && {
          generatorUrl: row.alert_generator_url,
        }),
      },
    }),
    ...(row.slo_id && { sloId: row.slo_id }),
  };
}
