import { Delegation } from '../delegation/delegations';
import {
  DecisionInput,
  DelegationInput,
  DelegationList,
  ListRequestsOptions,
  PolicyList,
  RequestDetail,
  RequestList,
  ReviewInput,
} from './types';

/** How one call is made. */
export interface ApprovalsRequestOptions {
  signal?: AbortSignal;
}

/**
 * Reads and decides requests for approval as the signed-in person. Requests that the person may not see leave no trace, in
 * counts neither. What is refused throws a ResponseError; its `body.error` has the words as `message` and, when the state machine
 * refused, the code of the refusal as `code`.
 */
export interface ApprovalsApi {
  listRequests(
    options?: ListRequestsOptions,
    request?: ApprovalsRequestOptions,
  ): Promise<RequestList>;
  getRequest(
    id: string,
    request?: ApprovalsRequestOptions,
  ): Promise<RequestDetail>;
  approve(input: DecisionInput): Promise<RequestDetail>;
  /** Needs a comment. */
  deny(input: DecisionInput): Promise<RequestDetail>;
  comment(input: { id: string; text: string }): Promise<RequestDetail>;
  withdraw(input: { id: string; reason?: string }): Promise<RequestDetail>;
  breakGlass(input: {
    id: string;
    contentHash: string;
    reason: string;
  }): Promise<RequestDetail>;
  review(input: ReviewInput): Promise<RequestDetail>;
  listDelegations(request?: ApprovalsRequestOptions): Promise<DelegationList>;
  createDelegation(input: DelegationInput): Promise<Delegation>;
  endDelegation(id: string): Promise<Delegation>;
  listPolicies(request?: ApprovalsRequestOptions): Promise<PolicyList>;
}
