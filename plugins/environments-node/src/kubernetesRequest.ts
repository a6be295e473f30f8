import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { Cluster } from '@shopfloor/plugin-environments-common';
import { Agent, request } from 'undici';
import { unreachable, withCause } from './httpErrors';

/** Whom a request is made as. Kubernetes refuses what its RBAC does not let the token's owner impersonate. @public */
export interface Impersonation {
  user: string;
  groups?: string[];
}

/** @public */
export interface KubernetesRequestOptions {
  cluster: Cluster;
  /** Bearer token of the portal's own account. */
  token: string;
  impersonate?: Impersonation;
  /** Default GET. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path of the API, for example `/apis/apps/v1/namespaces/production/deployments`. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  /** Default `application/json`; a server-side apply wants `application/apply-patch+yaml`, which takes JSON too. */
  contentType?: string;
  /** Default 10 s. */
  deadlineMs?: number;
  signal?: AbortSignal;
}

/**
 * What the Kubernetes API said when it refused: the cause of the error that {@link kubernetesRequest} throws.
 *
 * @public
 */
export class KubernetesStatusError extends Error {
  override readonly name = 'KubernetesStatusError';

  constructor(
    message: string,
    /** HTTP status. */
    readonly code: number,
    /** Reason in Kubernetes's words, for example `Conflict` or `AlreadyExists`. */
    readonly reason: string | undefined,
    /** Fields and causes, as Kubernetes gives them. */
    readonly details: unknown,
  ) {
    super(message);
  }
}

const agents = new Map<string, Agent>();

/**
 * Makes one request to a Kubernetes API and returns its JSON.
 *
 * @throws NotFoundError (404), ConflictError (409, 412), NotAllowedError (403), InputError (400, 413, 415, 422), and
 * ServiceUnavailableError for all that is not the asker's fault: no answer, a token that is not accepted, overload.
 * The cause is a {@link KubernetesStatusError} when the API answered.
 * @public
 */
export async function kubernetesRequest<T = unknown>(
  options: KubernetesRequestOptions,
): Promise<T> {
  const { cluster, deadlineMs = 10_000, signal } = options;
  const name = `The Kubernetes API of cluster '${cluster.name}'`;
  const deadline = AbortSignal.timeout(deadlineMs);
  let status: number;
  let text: string;
  try {
    // Not fetch: it joins repeated headers into one, and Kubernetes would read two groups as one with a comma in its name.
    const response = await request(address(options), {
      method: options.method ?? 'GET',
      headers: headers(options),
      body: options.body === undefined ? null : JSON.stringify(options.body),
      dispatcher: agentOf(cluster),
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    status = response.statusCode;
    text = await response.body.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable(name, error, deadlineMs);
  }
  const body = parseJson(text);
  if (status >= 200 && status < 300 && body !== undefined) {
    return body as T;
  }
  throw asError(name, status, body, text);
}

function address(options: KubernetesRequestOptions): string {
  const url = new URL(options.cluster.url + options.path);
  for (const [key, value] of Object.entries(options.query ?? {})) {
    if (value !== undefined) url.searchParams.set(key, String(value));
  }
  return url.toString();
}

function headers(
  options: KubernetesRequestOptions,
): Record<string, string | string[]> {
  const { impersonate } = options;
  return {
    accept: 'application/json',
    authorization: `Bearer ${options.token}`,
    ...(options.body !== undefined && {
      'content-type': options.contentType ?? 'application/json',
    }),
    ...(impersonate && { 'impersonate-user': impersonate.user }),
    ...(impersonate?.groups?.length && {
      'impersonate-group': impersonate.groups,
    }),
  };
}

function agentOf(cluster: Cluster): Agent {
  const key = cluster.caData ?? '';
  let agent = agents.get(key);
  if (!agent) {
    agent = new Agent({
      connect: cluster.caData
        ? { ca: Buffer.from(cluster.caData, 'base64').toString('utf8') }
        : {},
    });
    agents.set(key, agent);
  }
  return agent;
}

function asError(name: string, status: number, body: any, text: string): Error {
  const message =
    typeof body?.message === 'string' ? body.message : text.slice(0, 300);
  const cause = new KubernetesStatusError(
    message,
    status,
    typeof body?.reason === 'string' ? body.reason : undefined,
    body?.details,
  );
  const error =
    status === 401
      ? new ServiceUnavailableError(
          `${name} does not accept the portal's token; check its configuration`,
        )
      : new (errorClassOf(status))(`${name} answered ${status}: ${message}`);
  return withCause(error, cause);
}

function errorClassOf(status: number) {
  switch (status) {
    case 400:
    case 413:
    case 415:
    case 422:
      return InputError;
    case 403:
      return NotAllowedError;
    case 404:
      return NotFoundError;
    case 409:
    case 412:
      return ConflictError;
    default:
      return ServiceUnavailableError;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
