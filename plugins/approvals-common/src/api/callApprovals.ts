import {
  BackendCall,
  BackendClientOptions,
  callBackend,
} from '@shopfloor/plugin-requests-common';

/** What the clients need from their surroundings. */
export type ApprovalsClientOptions = BackendClientOptions;

/**
 * Calls the API.
 *
 * @throws ResponseError on an answer that is not a success
 */
export function callApprovals<T>(
  options: ApprovalsClientOptions,
  call: BackendCall,
): Promise<T> {
  return callBackend('approvals', options, call);
}
