import { IncidentSeverity } from '@shopfloor/plugin-audit-common';
import { z } from 'zod';
import { AlertReport } from '../store/IncidentStore';

const labels = z.record(z.string(), z.string());
const time = z.iso.datetime({ offset: true }).transform(text => new Date(text));

/** What Alertmanager posts to a webhook, version 4; https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export const notificationBody = z.object({
  version: z.literal('4'),
  alerts: z
    .array(
      z.object({
        status: z.enum(['firing', 'resolved']),
        labels,
        annotations: labels.default({}),
        startsAt: time,
        /** The year 1 while it fires. */
        endsAt: time,
        generatorURL: z.string().optional(),
        fingerprint: z.string().min(1).max(100),
      }),
    )
    .max(10_000),
});

/** A notification, read. */
export type Notification = z.output<typeof notificationBody>;

/** An alert without the entity that it is about, which only the catalog knows. */
export type BareAlertReport = Omit<AlertReport, 'entityRefs'>;

/** Alerts of a notification. */
export function readNotification(
  { alerts }: Notification,
  heardAt: Date,
): BareAlertReport[] {
  return alerts.map(alert => {
    const { alertname, environment, severity, slo_id: sloId } = alert.labels;
    const { summary, description } = alert.annotations;
    const title = summary || alertname || 'Alert without a name';
    return {
      fingerprint: alert.fingerprint,
      startsAt: alert.startsAt,
      ...(alert.status === 'resolved' && { endedAt: alert.endsAt }),
      heardAt,
      labels: alert.labels,
      ...(alert.generatorURL && { generatorUrl: alert.generatorURL }),
      title: clip(title, 200),
      ...(description && { summary: clip(description, 2_000) }),
      ...(environment && { environment }),
      severity: severityOf(severity),
      ...(sloId && { sloId }),
    };
  });
}

/** The entity that labels name themselves: by its reference, or in the id of its SLO. */
export function entityOfLabels(
  alertLabels: Record<string, string>,
): string | undefined {
  const { entity_ref: entityRef, slo_id: sloId } = alertLabels;
  if (entityRef) {
    return entityRef;
  }
  const parts = sloId?.split('~') ?? [];
  // kind, namespace and name of the entity, name of the SLO, environment
  return parts.length === 5 && parts.every(Boolean)
    ? `${parts[0]}:${parts[1]}/${parts[2]}`
    : undefined;
}

function severityOf(label: string | undefined): IncidentSeverity {
  return label === 'page' || label === 'ticket' ? label : 'other';
}

function clip(words: string, length: number): string {
  return words.length > length ? `${words.slice(0, length - 1)}…` : words;
}
