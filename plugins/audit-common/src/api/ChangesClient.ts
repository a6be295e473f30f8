import { Change } from '../changes/change';
import { Incident } from '../incidents/incident';
import { AuditRequest, ChangesApi } from './ChangesApi';
import { AuditClientOptions, callAudit } from './http';
import {
  ChangeList,
  CloseIncidentRequest,
  IncidentDetail,
  IncidentList,
  ListChangesOptions,
  ListIncidentsOptions,
  OpenIncidentRequest,
} from './types';

/** {@link ChangesApi} over HTTP. An answer that is not a success throws a ResponseError. */
export class ChangesClient implements ChangesApi {
  readonly #options: AuditClientOptions;

  constructor(options: AuditClientOptions) {
    this.#options = options;
  }

  listChanges(
    options: ListChangesOptions = {},
    request: AuditRequest = {},
  ): Promise<ChangeList> {
    return callAudit(this.#options, {
      path: '/changes',
      query: options,
      ...request,
    });
  }

  getChange(id: string, request: AuditRequest = {}): Promise<Change> {
    return callAudit(this.#options, {
      path: `/changes/${encodeURIComponent(id)}`,
      ...request,
    });
  }

  listIncidents(
    options: ListIncidentsOptions = {},
    request: AuditRequest = {},
  ): Promise<IncidentList> {
    return callAudit(this.#options, {
      path: '/incidents',
      query: options,
      ...request,
    });
  }

  getIncident(id: string, request: AuditRequest = {}): Promise<IncidentDetail> {
    return callAudit(this.#options, {
      path: `/incidents/${encodeURIComponent(id)}`,
      ...request,
    });
  }

  openIncident(
    incident: OpenIncidentRequest,
    idempotencyKey: string,
    request: AuditRequest = {},
  ): Promise<Incident> {
    return callAudit(this.#options, {
      path: '/incidents',
      body: incident,
      headers: { 'idempotency-key': idempotencyKey },
      ...request,
    });
  }

  closeIncident(
    id: string,
    how: CloseIncidentRequest,
    request: AuditRequest = {},
  ): Promise<Incident> {
    return callAudit(this.#options, {
      path: `/incidents/${encodeURIComponent(id)}/close`,
      body: how,
      ...request,
    });
  }
}
