import {
  CheckChanges,
  CheckDefinitionList,
  CheckHistory,
  CheckResultDetail,
  CheckResultList,
  CheckRun,
  CheckTest,
  CollectorStatus,
  ListResultsOptions,
} from './types';

/** How one call is made. */
export interface ChecksRequest {
  signal?: AbortSignal;
}

/** Reads checks from the portal's backend, as the signed-in person. */
export interface ChecksApi {
  /** Definitions in use, and files with problems. */
  listDefinitions(request?: ChecksRequest): Promise<CheckDefinitionList>;
  /** Collectors and the state of what they read. */
  listCollectors(
    request?: ChecksRequest,
  ): Promise<{ items: CollectorStatus[] }>;
  /** Current results that the person may see. */
  listResults(
    options?: ListResultsOptions,
    request?: ChecksRequest,
  ): Promise<CheckResultList>;
  /**
   * Entities whose results changed since a cursor, or the first cursor. For plugins that follow results; nothing is missed.
   */
  listChanges(
    options?: { since?: string },
    request?: ChecksRequest,
  ): Promise<CheckChanges>;
  /** One result; a NotFoundError when there is none or it may not be seen. */
  getResult(
    options: { entityRef: string; check: string },
    request?: ChecksRequest,
  ): Promise<CheckResultDetail>;
  /** The past of one result, newest first; `limit` at most 500, default 100. */
  history(
    options: { entityRef: string; check: string; limit?: number },
    request?: ChecksRequest,
  ): Promise<CheckHistory>;
  /** Works out a definition (YAML) on the evidence that there is of an entity, without saving. */
  test(
    options: { entityRef: string; definition: string },
    request?: ChecksRequest,
  ): Promise<CheckTest>;
  /** Collects and grades entities now; at most 100. */
  createRun(
    options: { entityRefs: string[] },
    request?: ChecksRequest,
  ): Promise<CheckRun>;
  /** How far a run is; a NotFoundError when there is none or it may not be seen. */
  getRun(id: string, request?: ChecksRequest): Promise<CheckRun>;
}
