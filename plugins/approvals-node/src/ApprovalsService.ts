import {
  ApprovalOutcome,
  RequestReceipt,
  SubjectRequest,
} from '@shopfloor/plugin-approvals-common';

/** A request of this plugin. */
export interface AskOptions extends SubjectRequest {
  /**
   * Makes asking idempotent for ever: the same key is the same request, whatever became of it. Without, only a request that
   * waits with the same content is not made again.
   */
  requestKey?: string;
}

/** What is done with outcomes. */
export interface FollowOptions {
  /** Unique in this plugin. Default `approvals-outcomes`. */
  id?: string;
  /** Pause between two looks, in seconds. Default 3. */
  intervalSeconds?: number;
  /**
   * Takes an outcome. It is acknowledged when this returns, so do what must last before. It may be given again: do the same
   * once. When it throws, it is given again later, and later outcomes of that request wait for it; others do not.
   */
  handle(outcome: ApprovalOutcome, signal: AbortSignal): Promise<void>;
}

/**
 * Lets a plugin, in this process or another, have people decide about what it owns. A policy must name the plugin and the
 * type of subject.
 *
 * 1. `request` with everything to show and the hash of what would be done; keep its id with the subject.
 * 2. People decide on the page of the request; nothing is asked of the plugin meanwhile.
 * 3. `outcomes.follow` is told the outcome. When `granted`, and the subject still has the same `contentHash`, go ahead.
 * 4. When the subject changes while it waits, `supersede`; when it is gone, `withdraw`.
 *
 * All of them throw a ResponseError when they are refused and another error when approvals do not answer; asking again is safe.
 */
export interface ApprovalsService {
  /** Asks for a decision. The same again while it waits is the same request. */
  request(options: AskOptions): Promise<RequestReceipt>;
  /** Closes the request that waits about the subject and opens one about its new content. */
  supersede(options: AskOptions): Promise<RequestReceipt>;
  /** Takes a request back. */
  withdraw(options: { id: string; reason?: string }): Promise<RequestReceipt>;
  /** The requests about a subject, newest first. */
  list(subject: { type: string; subjectId: string }): Promise<RequestReceipt[]>;
  outcomes: {
    /**
     * Has outcomes handled from now on: each at least once, those of one request in their order, by one instance at a time.
     * What came about while nobody followed is told too.
     */
    follow(options: FollowOptions): Promise<void>;
  };
}
