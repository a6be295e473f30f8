import { parseEntityRef } from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
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
export interface TrafficClientOptions {
  discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  fetchApi: { fetch: typeof fetch };
}

/** {@link TrafficApi} over HTTP. Throws ResponseError when the backend refuses. @public */
export class TrafficClient implements TrafficApi {
  readonly #discoveryApi: TrafficClientOptions['discoveryApi'];
  readonly #fetchApi: TrafficClientOptions['fetchApi'];

  constructor(options: TrafficClientOptions) {
    this.#discoveryApi = options.discoveryApi;
    this.#fetchApi = options.fetchApi;
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
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(options)) {
      if (value !== undefined) query.set(key, String(value));
    }
    return this.#ask(`/changes?${query}`);
  }

  getChange(changeId: string): Promise<RouteChange> {
    return this.#ask(`/changes/${encodeURIComponent(changeId)}`);
  }

  async #ask<T>(
    path: string,
    post?: { body: unknown; idempotencyKey?: string },
  ): Promise<T> {
    const baseUrl = await this.#discoveryApi.getBaseUrl('traffic');
    const response = await this.#fetchApi.fetch(
      `${baseUrl}${path}`,
      post && {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(post.idempotencyKey && {
            'idempotency-key': post.idempotencyKey,
          }),
        },
        body: JSON.stringify(post.body),
      },
    );
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return response.json() as Promise<T>;
  }
}

function routePath({ environment, entityRef }: RouteTarget): string {
  const { kind, namespace, name } = parseEntityRef(entityRef);
  return `/routes/${[environment, kind, namespace, name]
    .map(part => encodeURIComponent(part.toLocaleLowerCase('en-US')))
    .join('/')}`;
}
