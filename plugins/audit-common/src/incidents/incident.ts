/** How bad it is: `page` wakes somebody, `ticket` waits for working hours, `other` is what an alert says that is neither. */
export const INCIDENT_SEVERITIES = ['page', 'ticket', 'other'] as const;

/** One of {@link INCIDENT_SEVERITIES}. */
export type IncidentSeverity = (typeof INCIDENT_SEVERITIES)[number];

/** The alert that opened an incident. */
export interface IncidentAlert {
  /** Alertmanager's fingerprint of the labels. */
  fingerprint: string;
  labels: Record<string, string>;
  /** When Alertmanager last said that it fires or ended, ISO 8601. */
  heardAt: string;
  /** The expression in Prometheus. */
  generatorUrl?: string;
}

/** Something that is, or was, wrong. Times are ISO 8601. */
export interface Incident {
  id: string;
  /** One line, at most 200 characters. */
  title: string;
  /** What happened, as far as it is written down; at most 2,000 characters. */
  summary?: string;
  /** Entities that it is about, of those that the reader may see. */
  entityRefs: string[];
  /** Absent when an alert does not name one. */
  environment?: string;
  severity: IncidentSeverity;
  openedAt: string;
  /** Absent while it is open. */
  closedAt?: string;
  openedBy: 'alert' | 'person';
  /** Who opened it by hand. */
  openedByRef?: string;
  closedBy?: 'alert' | 'person';
  /** Who closed it by hand. */
  closedByRef?: string;
  /** What whoever closed it wrote. */
  resolution?: string;
  /** Present when an alert opened it. */
  alert?: IncidentAlert;
  /** Id of the SLO whose alert it is. */
  sloId?: string;
}

/** Time to restore, over incidents. Seconds. */
export interface RestoreTimes {
  /** How many were closed; the figures are of these. */
  closed: number;
  /** How many are open. */
  open: number;
  /** Absent when none was closed. */
  meanSeconds?: number;
  /** Absent when none was closed. */
  medianSeconds?: number;
}
