import {
  BackendCall,
  BackendClientOptions,
  callBackend,
} from '@shopfloor/plugin-requests-common';

/** What the clients need from their surroundings. */
export type AuditClientOptions = BackendClientOptions;

/**
 * Makes a call; with a body it is a POST.
 *
 * @throws ResponseError for an answer that is not a success
 */
export function callAudit<T>(
  options: AuditClientOptions,
  call: BackendCall,
): Promise<T> {
  return callBackend('audit', options, call);
}
