import { Incident } from '@shopfloor/plugin-audit-common';
import { TrailSchema } from '@shopfloor/plugin-audit-node';

/** What of an incident the trail keeps, before and after. */
export const INCIDENT_SCHEMA: TrailSchema = {
  fields: {
    state: 'keep',
    title: 'keep',
    severity: 'keep',
    openedAt: 'keep',
    closedAt: 'keep',
    resolution: 'keep',
  },
};

/** An incident as the trail has it. */
export function incidentContent(incident: Incident) {
  const { title, severity, openedAt, closedAt, resolution } = incident;
  return {
    state: closedAt ? 'closed' : 'open',
    title,
    severity,
    openedAt,
    ...(closedAt && { closedAt }),
    ...(resolution && { resolution }),
  };
}
