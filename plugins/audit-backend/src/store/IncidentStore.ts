import {
  Incident,
  IncidentSeverity,
  RestoreTimes,
} from '@shopfloor/plugin-audit-common';
import { EntityFilters, Place, Visible } from './visibility';

/** What of a list of incidents is wanted. */
export interface IncidentQuery extends EntityFilters {
  visible: Visible;
  environment?: string[];
  severity?: IncidentSeverity[];
  state?: 'open' | 'closed';
  slo?: string;
  from?: Date;
  to?: Date;
  after?: Place;
  limit: number;
}

/** What Alertmanager says of one alert. */
export interface AlertReport {
  fingerprint: string;
  startsAt: Date;
  /** Absent while it fires. */
  endedAt?: Date;
  heardAt: Date;
  labels: Record<string, string>;
  generatorUrl?: string;
  title: string;
  summary?: string;
  environment?: string;
  severity: IncidentSeverity;
  sloId?: string;
  /** Entities that it is about, as far as they are known. */
  entityRefs: string[];
}

/** An incident that a person opens. */
export interface OpenedIncident {
  id: string;
  title: string;
  summary?: string;
  entityRefs: string[];
  environment: string;
  severity: IncidentSeverity;
  openedAt: Date;
  openedByRef: string;
  idempotencyKey: string;
}

/** Incidents. */
export interface IncidentStore {
  /**
   * Writes what Alertmanager says, all or nothing. The same alert of the same beginning is the same incident, however often and
   * in whatever order it is told; so are alerts of one name about one SLO that overlap in time. What an alert closed opens again when the alert goes on; what a person closed stays closed.
   */
  recordAlerts(reports: AlertReport[]): Promise<void>;
  /** Opens an incident, unless the person used the key before: then it is the one that was opened with it. */
  open(incident: OpenedIncident): Promise<{ id: string; created: boolean }>;
  /** Closes an incident in a person's name; false when it is closed already. */
  close(options: {
    id: string;
    closedAt: Date;
    closedByRef: string;
    resolution?: string;
  }): Promise<boolean>;
  /** Latest opening first, with figures over all that match on any page. */
  list(query: IncidentQuery): Promise<{
    items: Incident[];
    totalItems: number;
    restore: RestoreTimes;
  }>;
  get(id: string, visible: Visible): Promise<Incident | undefined>;
  /** Every entity of an incident, whoever asks. */
  entitiesOf(id: string): Promise<string[]>;
  /** Alerts' incidents of which no entity is known, latest first. */
  listLoose(
    limit: number,
  ): Promise<Array<{ id: string; labels: Record<string, string> }>>;
  addEntities(id: string, entityRefs: string[]): Promise<void>;
}
