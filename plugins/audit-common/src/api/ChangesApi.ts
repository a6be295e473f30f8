import { Change } from '../changes/change';
import { Incident } from '../incidents/incident';
import {
  ChangeList,
  CloseIncidentRequest,
  IncidentDetail,
  IncidentList,
  ListChangesOptions,
  ListIncidentsOptions,
  OpenIncidentRequest,
} from './types';

/** How one call is made. */
export interface AuditRequest {
  signal?: AbortSignal;
}

/** Reads what was changed and what went wrong, as somebody. */
export interface ChangesApi {
  listChanges(
    options?: ListChangesOptions,
    request?: AuditRequest,
  ): Promise<ChangeList>;
  /** A NotFoundError when there is none or it may not be seen. */
  getChange(id: string, request?: AuditRequest): Promise<Change>;
  listIncidents(
    options?: ListIncidentsOptions,
    request?: AuditRequest,
  ): Promise<IncidentList>;
  /** A NotFoundError when there is none or it may not be seen. */
  getIncident(id: string, request?: AuditRequest): Promise<IncidentDetail>;
  /**
   * Opens an incident by hand. People only.
   *
   * @param idempotencyKey - 8 to 128 characters; sent again with the same key it is the same incident
   */
  openIncident(
    incident: OpenIncidentRequest,
    idempotencyKey: string,
    request?: AuditRequest,
  ): Promise<Incident>;
  /** Closes an incident by hand; a ConflictError when it is closed. People only. */
  closeIncident(
    id: string,
    how: CloseIncidentRequest,
    request?: AuditRequest,
  ): Promise<Incident>;
}
