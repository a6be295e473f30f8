import { ResponseError } from '@backstage/errors';

/** What a client of a backend plugin needs from its surroundings. */
export interface BackendClientOptions {
  discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  /** Adds the caller's token. */
  fetchApi: { fetch: typeof fetch };
}

/** One call of a backend plugin. */
export interface BackendCall {
  /** Below the address of the plugin, with a leading slash. */
  path: string;
  /** A list is given once for each of its values; what is undefined is left out. */
  query?: object;
  /** Sent as JSON. */
  body?: unknown;
  /** Default `POST` with a body, else `GET`. */
  method?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/**
 * Calls a backend plugin.
 *
 * @throws ResponseError for an answer that is not a success
 */
export async function fetchFromBackend(
  pluginId: string,
  { discoveryApi, fetchApi }: BackendClientOptions,
  call: BackendCall,
): Promise<Response> {
  const { path, query = {}, body, signal } = call;
  const { method = body === undefined ? undefined : 'POST' } = call;
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const one of [value].flat()) {
      if (one !== undefined) {
        parameters.append(key, String(one));
      }
    }
  }
  const search = parameters.toString();
  const baseUrl = await discoveryApi.getBaseUrl(pluginId);
  const response = await fetchApi.fetch(
    `${baseUrl}${path}${search && `?${search}`}`,
    {
      signal,
      ...(method && { method }),
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json', ...call.headers },
        body: JSON.stringify(body),
      }),
    },
  );
  if (!response.ok) {
    throw await ResponseError.fromResponse(response);
  }
  return response;
}

/**
 * Calls a backend plugin that answers with JSON.
 *
 * @throws ResponseError for an answer that is not a success
 */
export async function callBackend<T>(
  pluginId: string,
  options: BackendClientOptions,
  call: BackendCall,
): Promise<T> {
  const response = await fetchFromBackend(pluginId, options, call);
  return (await response.json()) as T;
}
