import { ResponseError } from '@backstage/errors';

/** What the clients need from their surroundings. */
export interface AuditClientOptions {
  discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  /** Adds the caller's token. */
  fetchApi: { fetch: typeof fetch };
}

/** One call to the backend of audit. */
export interface AuditCall {
  path: string;
  query?: object;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/**
 * Makes a call; with a body it is a POST.
 *
 * @throws ResponseError for an answer that is not a success
 */
export async function callAudit<T>(
  { discoveryApi, fetchApi }: AuditClientOptions,
  { path, query = {}, body, headers, signal }: AuditCall,
): Promise<T> {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const item of [value].flat()) {
      if (item !== undefined) {
        parameters.append(key, String(item));
      }
    }
  }
  const baseUrl = await discoveryApi.getBaseUrl('audit');
  const search = parameters.toString();
  const response = await fetchApi.fetch(
    `${baseUrl}${path}${search && `?${search}`}`,
    {
      signal,
      ...(body !== undefined && {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    },
  );
  if (!response.ok) {
    throw await ResponseError.fromResponse(response);
  }
  return (await response.json()) as T;
}
