import { ResponseError } from '@backstage/errors';

/** What the clients of the plugin need from their surroundings. */
export interface SloClientOptions {
  discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  /** Adds the person's token. */
  fetchApi: { fetch: typeof fetch };
}

/**
 * Reads from the plugin's backend. What is undefined in the query is left out.
 *
 * @throws ResponseError for an answer that is not a success
 */
export async function getFromSlo(
  { discoveryApi, fetchApi }: SloClientOptions,
  request: { path: string; query?: object; signal?: AbortSignal },
): Promise<Response> {
  const { path, query = {}, signal } = request;
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) {
      parameters.set(key, String(value));
    }
  }
  const baseUrl = await discoveryApi.getBaseUrl('slo');
  const search = parameters.toString();
  const response = await fetchApi.fetch(
    `${baseUrl}${path}${search && `?${search}`}`,
    { signal },
  );
  if (!response.ok) {
    throw await ResponseError.fromResponse(response);
  }
  return response;
}

/**
 * Writes to the plugin's backend.
 *
 * @throws ResponseError for an answer that is not a success
 */
export async function postToSlo<T>(
  { discoveryApi, fetchApi }: SloClientOptions,
  request: { path: string; body: object },
): Promise<T> {
  const baseUrl = await discoveryApi.getBaseUrl('slo');
  const response = await fetchApi.fetch(`${baseUrl}${request.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request.body),
  });
  if (!response.ok) {
    throw await ResponseError.fromResponse(response);
  }
  return (await response.json()) as T;
}
