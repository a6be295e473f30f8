import {
  BackstageCredentials,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';
import { Request } from 'express';
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
} from '@shopfloor/plugin-checks-common';

/** A person, or a plugin that reads for itself. */
export interface ReaderRequest {
  credentials: BackstageCredentials<
    BackstageUserPrincipal | BackstageServicePrincipal
  >;
}

/** A person. */
export interface PersonRequest {
  credentials: BackstageCredentials<BackstageUserPrincipal>;
}

/** A person, or a pipeline, that changes something. */
export interface ActRequest extends ReaderRequest {
  /** For the audit. */
  http: Request;
}

/** Names one result. */
export interface ResultName {
  entityRef: string;
  check: string;
}

/** Checks as somebody may see them. */
export interface ChecksService {
  listDefinitions(request: ReaderRequest): Promise<CheckDefinitionList>;
  listCollectors(request: ReaderRequest): Promise<{ items: CollectorStatus[] }>;
  listResults(
    options: ListResultsOptions,
    request: ReaderRequest,
  ): Promise<CheckResultList>;
  /** For plugins that follow results; it names every entity, so it is not for people. */
  listChanges(options: { since?: string }): Promise<CheckChanges>;
  /** @throws NotFoundError when there is none, or none that may be seen */
  getResult(
    name: ResultName,
    request: ReaderRequest,
  ): Promise<CheckResultDetail>;
  /** @throws NotFoundError as `getResult` */
  history(
    options: ResultName & { limit: number },
    request: ReaderRequest,
  ): Promise<CheckHistory>;
  /** @throws NotFoundError when the entity has no checks, or none that may be seen */
  test(
    options: { entityRef: string; definition: string },
    request: PersonRequest,
  ): Promise<CheckTest>;
  /** @throws NotFoundError as `test`, NotAllowedError */
  createRun(
    options: { entityRefs: string[] },
    request: ActRequest,
  ): Promise<CheckRun>;
  /** @throws NotFoundError when there is none, or one of its entities may not be seen; a pipeline sees its own */
  getRun(id: string, request: ReaderRequest): Promise<CheckRun>;
}
