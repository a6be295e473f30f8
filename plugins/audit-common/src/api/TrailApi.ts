import { ResponseError } from '@backstage/errors';
import { AuditRequest } from './ChangesApi';
import { AuditClientOptions, callAudit } from './http';
import { ActList, ListActsOptions, TrailVerification } from './trailTypes';

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
    const parameters = new URLSearchParams({ format });
    for (const [key, value] of Object.entries(options)) {
      for (const item of [value].flat()) {
        if (item !== undefined) {
          parameters.append(key, item);
        }
      }
    }
    const { discoveryApi, fetchApi } = this.#options;
    const response = await fetchApi.fetch(
      `${await discoveryApi.getBaseUrl('audit')}/trail/export?${parameters}`,
      { signal: request.signal },
    );
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return response.text();
  }

  verify(request: AuditRequest = {}): Promise<TrailVerification> {
    return callAudit(this.#options, { path: '/trail/verify', ...request });
  }
}
