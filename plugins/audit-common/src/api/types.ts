import { Change, ChangeKind, ChangeOutcome } from '../changes/change';
import {
  Incident,
  IncidentSeverity,
  RestoreTimes,
} from '../incidents/incident';

/** What lists of changes and of incidents can be narrowed by; all must match. */
export interface PeriodFilters {
  /** Entity refs; at most 100. */
  entity?: string[];
  /** Entity refs of owners of the entities; at most 100. */
  owner?: string[];
  /** Entity ref of the system that the entities are part of. */
  system?: string;
  /** Names of environments. */
  environment?: string[];
  /** ISO 8601: those that had not ended before. */
  from?: string;
  /** ISO 8601: those that began before. */
  to?: string;
  /** Page size, 1 to 200; default 50. */
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
}

/** Filters of the list of changes. */
export interface ListChangesOptions extends PeriodFilters {
  kind?: ChangeKind[];
  outcome?: ChangeOutcome[];
  /** Entity refs of people. */
  who?: string[];
}

/** A page of changes, latest start first. */
export interface ChangeList {
  items: Change[];
  /** All that match, on every page. */
  totalItems: number;
  /** Absent on the last page. */
  nextCursor?: string;
}

/** Filters of the list of incidents. */
export interface ListIncidentsOptions extends PeriodFilters {
  state?: 'open' | 'closed';
  severity?: IncidentSeverity[];
  /** Id of an SLO. */
  slo?: string;
}

/** A page of incidents, latest opening first. */
export interface IncidentList {
  items: Incident[];
  /** All that match, on every page. */
  totalItems: number;
  /** Over all that match, on every page. */
  restore: RestoreTimes;
  /** Absent on the last page. */
  nextCursor?: string;
}

/** An incident that a person opens. */
export interface OpenIncidentRequest {
  title: string;
  summary?: string;
  /** At least one; the person needs `audit.incident.manage` on each. */
  entityRefs: string[];
  environment: string;
  severity: Exclude<IncidentSeverity, 'other'>;
  /** ISO 8601, not in the future; default now. */
  openedAt?: string;
}

/** How a person closes an incident. */
export interface CloseIncidentRequest {
  /** What was wrong and what was done. */
  resolution?: string;
  /** ISO 8601, between the opening and now; default now. */
  closedAt?: string;
}

/** An incident with what the reader may do. */
export interface IncidentDetail extends Incident {
  /** Whether the person may close it. */
  mayManage: boolean;
}
