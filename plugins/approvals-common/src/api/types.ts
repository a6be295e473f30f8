import { Delegation } from '../delegation/delegations';
import { ApprovalPolicy, PolicyProblem } from '../policy/types';
import { Capacity } from '../request/capacities';
import { ApprovalEvent } from '../request/events';
import { ApprovalOutcome } from '../request/outcome';
import { RefusalCode } from '../request/refusals';
import { ApprovalRequest, RequestState, ReviewVerdict } from '../request/types';
import { ApprovalSubject, LocalizedText, Risk } from '../subject';

/** Which requests a list is of: those that wait for the reader, the own ones, or all that may be seen. */
export const REQUEST_VIEWS = ['waiting-for-me', 'mine', 'all'] as const;

/** One of {@link REQUEST_VIEWS}. */
export type RequestView = (typeof REQUEST_VIEWS)[number];

/** What a list of requests is narrowed by. */
export interface ListRequestsOptions {
  /** Default `all`. */
  view?: RequestView;
  state?: RequestState[];
  type?: string;
  environment?: string;
  /** Entity ref. */
  entity?: string;
  /** Part of a title, a reason or the name of an entity. */
  text?: string;
  /** Default 25, at most 100. */
  limit?: number;
  offset?: number;
}

/** A request in a list. */
export interface RequestSummary {
  id: string;
  state: RequestState;
  type: string;
  title: LocalizedText;
  entityRef?: string;
  environment?: string;
  risk: Risk;
  reason: string;
  requester: string;
  openedAt: string;
  expiresAt: string;
  decidedAt?: string;
  /** The stage that is open, or was last. */
  stage: {
    title: LocalizedText;
    /** 1-based, and of how many. */
    number: number;
    of: number;
    quorum: number;
    approvals: number;
    escalated: boolean;
  };
  /** When the review of a broken glass is due, until it is done. */
  reviewDueAt?: string;
  /** Whether the reader can decide or review now. */
  waitingForMe: boolean;
}

/** A page of requests. Counts are of what the reader may see. */
export interface RequestList {
  items: RequestSummary[];
  totalItems: number;
  /** How many each view has, whatever the other filters. Of `waiting-for-me` and `mine`. */
  counts: { waitingForMe: number; mine: number };
  facets: { types: string[]; environments: string[] };
}

/** What the reader may do with a request, and why not. */
export interface RequestActs {
  /** In which capacities the reader may approve or deny; the own one first. */
  decide: Capacity[];
  /** Why the reader may not decide as himself; absent when he may. */
  whyNotDecide?: RefusalCode | 'no-permission';
  comment: boolean;
  withdraw: boolean;
  breakGlass: boolean;
  review: boolean;
  whyNotReview?: RefusalCode | 'no-permission';
}

/** All about a request. */
export interface RequestDetail {
  request: ApprovalRequest;
  /** What happened after the opening, oldest first. */
  history: ApprovalEvent[];
  acts: RequestActs;
}

/** Which decision is made. */
export interface DecisionInput {
  id: string;
  /** Name of the stage that was shown. */
  stage: string;
  /** Hash of the content that was shown. */
  contentHash: string;
  actingFor?: string;
  comment?: string;
}

/** A review of a broken glass. */
export interface ReviewInput {
  id: string;
  verdict: ReviewVerdict;
  comment: string;
}

/** A delegation that is to be made. */
export interface DelegationInput {
  /** Entity ref of a person. */
  to: string;
  startsAt: string;
  endsAt: string;
  types?: string[];
  reason?: string;
}

/** Delegations from and to the reader. */
export interface DelegationList {
  items: Delegation[];
  mayManage: boolean;
  /** Types of subjects that policies name. */
  types: string[];
}

/** A policy in use and where it stands. */
export interface PolicyInUse {
  policy: ApprovalPolicy;
  file: string;
  url?: string;
  line: number;
}

/** A file with errors. */
export interface InvalidPolicyFile {
  file: string;
  url?: string;
  problems: PolicyProblem[];
  /** Policies that stay in use as they were before. */
  usesOlder: string[];
}

/** Policies and how reading them goes. */
export interface PolicyList {
  items: PolicyInUse[];
  invalid: InvalidPolicyFile[];
  readAt?: string;
  /** Why the files could not be read the last time. */
  failure?: string;
}

/** What a plugin asks for; the plugin is the one that calls. */
export interface SubjectRequest extends Omit<ApprovalSubject, 'plugin'> {
  /** Entity ref of the person who asks; never counts. */
  requester: string;
}

/** How a request of a plugin stands. */
export interface RequestReceipt {
  id: string;
  state: RequestState;
  contentHash: string;
  /** Name of the policy. */
  policy: string;
  openedAt: string;
  expiresAt: string;
  /** The stage that is open, while it waits. */
  waitingFor?: {
    title: LocalizedText;
    /** Entity refs that may decide in it. */
    approvers: string[];
  };
}

/** An outcome with its place in the queue of its plugin. */
export interface QueuedOutcome extends ApprovalOutcome {
  /** Grows; the cursor of a page. */
  position: number;
}
