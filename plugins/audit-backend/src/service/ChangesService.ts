import {
  Change,
  ChangeList,
  ChangeReport,
  CloseIncidentRequest,
  Incident,
  IncidentDetail,
  IncidentList,
  OpenIncidentRequest,
} from '@shopfloor/plugin-audit-common';
import { Request } from 'express';
import { ChangeQuery } from '../store/ChangeStore';
import { IncidentQuery } from '../store/IncidentStore';
import { Place } from '../store/visibility';
import { ReaderCredentials, UserCredentials } from './Access';

/** What of a list is wanted, as a request says it. */
export type ListRequest<TQuery> = Omit<TQuery, 'visible' | 'after'> & {
  cursor?: Place;
};

/** Who asks to write, and with which request, for the auditor. */
export interface Writer {
  credentials: UserCredentials;
  request: Request;
}

/** Times of requests, read. */
type WithDates<T, K extends keyof T> = Omit<T, K> & { [P in K]?: Date };

/** Changes and incidents, with what may be seen and done. */
export interface ChangesService {
  /** Writes what a plugin tells; the router has checked who may tell what. */
  record(source: string, reports: ChangeReport[]): Promise<void>;
  listChanges(
    query: ListRequest<ChangeQuery>,
    credentials: ReaderCredentials,
  ): Promise<ChangeList>;
  /** @throws NotFoundError when there is none or it may not be seen */
  getChange(id: string, credentials: ReaderCredentials): Promise<Change>;
  listIncidents(
    query: ListRequest<IncidentQuery>,
    credentials: ReaderCredentials,
  ): Promise<IncidentList>;
  /** @throws NotFoundError when there is none or it may not be seen */
  getIncident(
    id: string,
    credentials: ReaderCredentials,
  ): Promise<IncidentDetail>;
  /**
   * @throws NotFoundError for an entity that is not there or may not be seen, NotAllowedError, InputError for an environment
   * that there is not and a time in the future
   */
  openIncident(
    incident: WithDates<OpenIncidentRequest, 'openedAt'> & {
      idempotencyKey: string;
    },
    writer: Writer,
  ): Promise<{ incident: Incident; created: boolean }>;
  /** @throws NotFoundError, NotAllowedError, ConflictError when it is closed, InputError for a time that cannot be */
  closeIncident(
    id: string,
    how: WithDates<CloseIncidentRequest, 'closedAt'>,
    writer: Writer,
  ): Promise<Incident>;
}
