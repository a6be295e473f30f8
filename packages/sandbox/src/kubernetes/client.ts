import { Agent, request } from 'undici';
import type { ClusterAccess } from './kubeconfig.ts';
import type { KubernetesObject } from './types.ts';

/** Content types of the patches that the API server knows. */
export const patchTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** An answer of the API server that is not a success. */
export class KubernetesError extends Error {
  /** HTTP status. */
  readonly status: number;
  /** Kubernetes' own word for it, for example `Conflict`. */
  readonly reason: string | undefined;

  constructor(what: string, status: number, body: string) {
    let message = body;
    let reason: string | undefined;
    try {
      const parsed = JSON.parse(body);
      message = parsed.message ?? body;
      reason = parsed.reason;
    } catch {
      // Not a Status object: the text itself is the best message there is.
    }
    super(`${what}: ${status} ${message}`);
    this.name = 'KubernetesError';
    this.status = status;
    this.reason = reason;
  }
}

/** One request. */
export interface KubernetesRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  contentType?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Options of {@link KubernetesClient.apply}. */
export interface ApplyOptions {
  fieldManager: string;
  /** Takes over fields that another manager set. Default: a conflict is an error. */
  force?: boolean;
}

interface ApiResource {
  name: string;
  kind: string;
  namespaced: boolean;
}

/**
 * A plain client of the Kubernetes API: JSON over one keep-alive pool.
 *
 * It is written on undici instead of the generated client because the node agent has to stay small in
 * memory and speaks to kinds (Istio's) for which there is no generated code.
 */
export class KubernetesClient {
  readonly #access: ClusterAccess;
  readonly #dispatcher: Agent;
  readonly #resources = new Map<string, Promise<ApiResource[]>>();

  constructor(access: ClusterAccess) {
    this.#access = access;
    this.#dispatcher = new Agent({
      connect: { ca: access.ca },
      connections: 32,
      bodyTimeout: 0,
      headersTimeout: 60_000,
    });
  }

  /** Sends one request and gives the undici answer; throws {@link KubernetesError} unless it is a 2xx. */
  async raw(path: string, options: KubernetesRequest = {}) {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined) {
        query.set(key, String(value));
      }
    }
    const suffix = query.size > 0 ? `?${query}` : '';
    const method = options.method ?? 'GET';
    const answer = await request(`${this.#access.url}${path}${suffix}`, {
      method,
      dispatcher: this.#dispatcher,
      signal: options.signal,
      headers: {
        authorization: `Bearer ${this.#access.token}`,
        accept: 'application/json',
        ...(options.body !== undefined && {
          'content-type': options.contentType ?? 'application/json',
        }),
        ...options.headers,
      },
      body:
        options.body === undefined ? undefined : JSON.stringify(options.body),
    });
    if (answer.statusCode < 200 || answer.statusCode > 299) {
      throw new KubernetesError(
        `${method} ${path}`,
        answer.statusCode,
        await answer.body.text(),
      );
    }
    return answer;
  }

  /** Sends one request and parses the JSON answer. */
  async json<T>(path: string, options: KubernetesRequest = {}): Promise<T> {
    return (await (await this.raw(path, options)).body.json()) as T;
  }

  /** Reads an object; `undefined` when it does not exist. */
  async get<T>(path: string): Promise<T | undefined> {
    return ifFound(this.json<T>(path));
  }

  /** Creates an object; `undefined` when one of that name exists already. */
  async create<T>(path: string, body: unknown): Promise<T | undefined> {
    try {
      return await this.json<T>(path, { method: 'POST', body });
    } catch (error) {
      if (
        error instanceof KubernetesError &&
        error.reason === 'AlreadyExists'
      ) {
        return undefined;
      }
      throw error;
    }
  }

  /** Merge-patches an object; `undefined` when it does not exist. */
  async merge<T>(path: string, body: unknown): Promise<T | undefined> {
    return ifFound(
      this.json<T>(path, {
        method: 'PATCH',
        body,
        contentType: patchTypes.merge,
      }),
    );
  }

  /** Deletes an object; no error when it does not exist. */
  async delete(path: string, body?: unknown): Promise<void> {
    await ifFound(this.json(path, { method: 'DELETE', body }));
  }

  /** Applies an object of any kind on the server. */
  async apply<T extends KubernetesObject>(
    object: T,
    options: ApplyOptions,
  ): Promise<T> {
    return this.json<T>(await this.pathOf(object), {
      method: 'PATCH',
      body: object,
      contentType: patchTypes.apply,
      query: {
        fieldManager: options.fieldManager,
        force: options.force ?? false,
      },
    });
  }

  /** The path of an object, by the server's own list of kinds. */
  async pathOf(object: KubernetesObject): Promise<string> {
    const base = object.apiVersion.includes('/')
      ? `/apis/${object.apiVersion}`
      : `/api/${object.apiVersion}`;
    const find = async () =>
      (await this.#resourcesOf(base)).find(
        r => r.kind === object.kind && !r.name.includes('/'),
      );
    let resource = await find();
    if (!resource) {
      this.#resources.delete(base);
      resource = await find();
    }
    if (!resource) {
      throw new Error(
        `The cluster does not know ${object.kind} of ${object.apiVersion}; is its CustomResourceDefinition installed?`,
      );
    }
    const namespace = resource.namespaced
      ? `/namespaces/${object.metadata.namespace ?? 'default'}`
      : '';
    return `${base}${namespace}/${resource.name}/${object.metadata.name}`;
  }

  #resourcesOf(base: string): Promise<ApiResource[]> {
    let resources = this.#resources.get(base);
    if (!resources) {
      resources = ifFound(this.json<{ resources: ApiResource[] }>(base)).then(
        list => list?.resources ?? [],
      );
      resources.catch(() => this.#resources.delete(base));
      this.#resources.set(base, resources);
    }
    return resources;
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }
}

async function ifFound<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof KubernetesError && error.status === 404) {
      return undefined;
    }
    throw error;
  }
}
