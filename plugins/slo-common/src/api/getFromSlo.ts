import {
  BackendCall,
  BackendClientOptions,
  callBackend,
  fetchFromBackend,
} from '@shopfloor/plugin-requests-common';

/** What the clients of the plugin need from their surroundings. */
export type SloClientOptions = BackendClientOptions;

/**
 * Reads from the plugin's backend. What is undefined in the query is left out.
 *
 * @throws ResponseError for an answer that is not a success
 */
export function getFromSlo(
  options: SloClientOptions,
  request: Pick<BackendCall, 'path' | 'query' | 'signal'>,
): Promise<Response> {
  return fetchFromBackend('slo', options, request);
}

/**
 * Writes to the plugin's backend.
 *
 * @throws ResponseError for an answer that is not a success
 */
export function postToSlo<T>(
  options: SloClientOptions,
  request: { path: string; body: object },
): Promise<T> {
  return callBackend('slo', options, request);
}
