import { Delegation } from '../delegation/delegations';
import { ApprovalsApi, ApprovalsRequestOptions } from './ApprovalsApi';
import { ApprovalsClientOptions, callApprovals } from './callApprovals';
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

/** {@link ApprovalsApi} over HTTP. */
export class ApprovalsClient implements ApprovalsApi {
  readonly #options: ApprovalsClientOptions;

  constructor(options: ApprovalsClientOptions) {
    this.#options = options;
  }

  listRequests(
    query: ListRequestsOptions = {},
    request?: ApprovalsRequestOptions,
  ) {
    return this.#get<RequestList>('/requests', { query, ...request });
  }

  getRequest(id: string, request?: ApprovalsRequestOptions) {
    return this.#get<RequestDetail>(`/requests/${encodeURIComponent(id)}`, {
      ...request,
    });
  }

  approve(input: DecisionInput) {
    return this.#act(input, 'approve');
  }

  deny(input: DecisionInput) {
    return this.#act(input, 'deny');
  }

  comment(input: { id: string; text: string }) {
    return this.#act(input, 'comment');
  }

  withdraw(input: { id: string; reason?: string }) {
    return this.#act(input, 'withdraw');
  }

  breakGlass(input: { id: string; contentHash: string; reason: string }) {
    return this.#act(input, 'break-glass');
  }

  review(input: ReviewInput) {
    return this.#act(input, 'review');
  }

  listDelegations(request?: ApprovalsRequestOptions) {
    return this.#get<DelegationList>('/delegations', { ...request });
  }

  createDelegation(body: DelegationInput) {
    return callApprovals<Delegation>(this.#options, {
      path: '/delegations',
      body,
    });
  }

  endDelegation(id: string) {
    return callApprovals<Delegation>(this.#options, {
      path: `/delegations/${encodeURIComponent(id)}/end`,
      body: {},
    });
  }

  listPolicies(request?: ApprovalsRequestOptions) {
    return this.#get<PolicyList>('/policies', { ...request });
  }

  #get<T>(path: string, call: { query?: object; signal?: AbortSignal }) {
    return callApprovals<T>(this.#options, { path, ...call });
  }

  #act({ id, ...body }: { id: string }, act: string) {
    return callApprovals<RequestDetail>(this.#options, {
      path: `/requests/${encodeURIComponent(id)}/${act}`,
      body,
    });
  }
}
