import { parseEntityRef } from '@backstage/catalog-model';
import {
  BackendClientOptions,
  callBackend,
} from '@shopfloor/plugin-requests-common';
import {
  ChangePage,
  ChangePreview,
  ChangeRequest,
  EnvironmentView,
  PreviewRequest,
  RouteChange,
  RouteSummary,
  RouteView,
  UndoRequest,
} from './api';

/** @public */
export interface RouteTarget {
  environment: string;
  entityRef: string;
}

/** @public */
export interface ListChangesOptions {
  entityRef: string;
  environment?: string;
  cursor?: string;
  /** 1 to 100; default 20. */
  limit?: number;
}

/** What pages and other programs ask of the traffic backend. @public */
export interface TrafficApi {
  listEnvironments(): Promise<EnvironmentView[]>;
  /** Routes of the services in an environment that the person may see. */
  listRoutes(environment: string): Promise<RouteSummary[]>;
  getRoute(target: RouteTarget): Promise<RouteView>;
  preview(target: RouteTarget, request: PreviewRequest): Promise<ChangePreview>;
  /** The same key gives the same change, however often it is sent. */
  change(
    target: RouteTarget,
    request: ChangeRequest,
    idempotencyKey: string,
  ): Promise<RouteChange>;
  previewUndo(changeId: string): Promise<ChangePreview>;
  undo(
    changeId: string,
    request: UndoRequest,
    idempotencyKey: string,
  ): Promise<RouteChange>;
  listChanges(options: ListChangesOptions): Promise<ChangePage>;
  getChange(changeId: string): Promise<RouteChange>;
}

/** @public */
export type TrafficClientOptions = BackendClientOptions;

/** {@link TrafficApi} over HTTP. Throws ResponseError when the backend refuses. @public */
export class TrafficClient implements TrafficApi {
  readonly #options: TrafficClientOptions;

  constructor(options: TrafficClientOptions) {
    this.#options = options;
  }

  async listEnvironments(): Promise<EnvironmentView[]> {
    const { items } = await this.#ask<{ items: EnvironmentView[] }>(
      '/environments',
    );
    return items;
  }

  async listRoutes(environment: string): Promise<RouteSummary[]> {
    const { items } = await this.#ask<{ items: RouteSummary[] }>(
      `/routes/${encodeURIComponent(environment)}`,
    );
    return items;
  }

  getRoute(target: RouteTarget): Promise<RouteView> {
    return this.#ask(routePath(target));
  }

  preview(target: RouteTarget, body: PreviewRequest): Promise<ChangePreview> {
    return this.#ask(`${routePath(target)}/preview`, { body });
  }

  change(
    target: RouteTarget,
    body: ChangeRequest,
    idempotencyKey: string,
  ): Promise<RouteChange> {
    return this.#ask(`${routePath(target)}/changes`, { body, idempotencyKey });
  }

  previewUndo(changeId: string): Promise<ChangePreview> {
    return this.#ask(`/changes/${encodeURIComponent(changeId)}/undo/preview`, {
      body: {},
    });
  }

  undo(
    changeId: string,
    body: UndoRequest,
    idempotencyKey: string,
  ): Promise<RouteChange> {
    return this.#ask(`/changes/${encodeURIComponent(changeId)}/undo`, {
      body,
      idempotencyKey,
    });
  }

  listChanges(options: ListChangesOptions): Promise<ChangePage> {
    return this.#ask('/changes', { query: options });
  }

  getChange(changeId: string): Promise<RouteChange> {
    return this.#ask(`/changes/${encodeURIComponent(changeId)}`);
  }

  #ask<T>(
    path: string,
    call: { query?: object; body?: unknown; idempotencyKey?: string } = {},
  ): Promise<T> {
    const { query, body, idempotencyKey } = call;
    return callBackend('traffic', this.#options, {
      path,
      query,
      body,
      ...(idempotencyKey && {
        headers: { 'idempotency-key': idempotencyKey },
      }),
    });
  }
}

function routePath({ environment, entityRef }: RouteTarget): string {
  const { kind, namespace, name } = parseEntityRef(entityRef);
  return `/routes/${[environment, kind, namespace, name]
    .map(part => encodeURIComponent(part.toLocaleLowerCase('en-US')))
    .join('/')}`;
}
