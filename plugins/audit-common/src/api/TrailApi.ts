import { fetchFromBackend } from '@shopfloor/plugin-requests-common';
import { AuditRequest } from './ChangesApi';
import { AuditClientOptions, callAudit } from './http';
import {
  ActList,
  ArchiveList,
  ListActsOptions,
  ListArchivesOptions,
  TrailVerification,
} from './trailTypes';

/** Filters of an export: those of the list, without pages. */
export type ExportActsOptions = Omit<ListActsOptions, 'limit' | 'cursor'>;

/** Reads the audit trail, as somebody. */
export interface TrailApi {
  listActs(options?: ListActsOptions, request?: AuditRequest): Promise<ActList>;
  /** The acts that match as a file, 10,000 at most. */
  exportActs(
    format: 'csv' | 'json',
    options?: ExportActsOptions,
    request?: AuditRequest,
  ): Promise<string>;
  /** What left the database for sealed archives. */
  listArchives(
    options?: ListArchivesOptions,
    request?: AuditRequest,
  ): Promise<ArchiveList>;
  /** Reads the whole trail; it takes a while. */
  verify(request?: AuditRequest): Promise<TrailVerification>;
}

/** {@link TrailApi} over HTTP. An answer that is not a success throws a ResponseError. */
export class TrailReadClient implements TrailApi {
  readonly #options: AuditClientOptions;

  constructor(options: AuditClientOptions) {
    this.#options = options;
  }

  listActs(
    options: ListActsOptions = {},
    request: AuditRequest = {},
  ): Promise<ActList> {
    return callAudit(this.#options, {
      path: '/trail',
      query: options,
      ...request,
    });
  }

  async exportActs(
    format: 'csv' | 'json',
    options: ExportActsOptions = {},
    request: AuditRequest = {},
  ): Promise<string> {
    const response = await fetchFromBackend('audit', this.#options, {
      path: '/trail/export',
      query: { format, ...options },
      signal: request.signal,
    });
    return response.text();
  }

  listArchives(
    options: ListArchivesOptions = {},
    request: AuditRequest = {},
  ): Promise<ArchiveList> {
    return callAudit(this.#options, {
      path: '/trail/archives',
      query: options,
      ...request,
    });
  }

  verify(request: AuditRequest = {}): Promise<TrailVerification> {
    return callAudit(this.#options, { path: '/trail/verify', ...request });
  }
}
