import { ResponseError } from '@backstage/errors';

/** What the clients need from their surroundings. */
export interface ApprovalsClientOptions {
  discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  /** Adds the caller's token. */
  fetchApi: { fetch: typeof fetch };
}

/** One call of the API. */
export interface ApprovalsCall {
  path: string;
  query?: object;
  /** Makes it a POST. */
  body?: unknown;
  signal?: AbortSignal;
}

/**
 * Calls the API.
 *
 * @throws ResponseError on an answer that is not a success
 */
export async function callApprovals<T>(
  options: ApprovalsClientOptions,
  call: ApprovalsCall,
): Promise<T> {
  const { path, query = {}, body, signal } = call;
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) {
        parameters.append(key, String(one));
      }
    }
  }
  const search = parameters.toString();
  const baseUrl = await options.discoveryApi.getBaseUrl('approvals');
  const response = await options.fetchApi.fetch(
    `${baseUrl}${path}${search && `?${search}`}`,
    {
      signal,
      ...(body !== undefined && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    },
  );
  if (!response.ok) {
    throw await ResponseError.fromResponse(response);
  }
  return (await response.json()) as T;
}
