import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ConflictError,
  ResponseError,
  stringifyError,
} from '@backstage/errors';
import { ApprovalsService } from './ApprovalsService';

/** What requests are about. */
export interface FollowedSubject {
  type: string;
  subjectId: string;
}

/** What {@link SubjectFollower} needs. */
export interface SubjectFollowerOptions {
  approvals: Pick<ApprovalsService, 'list' | 'withdraw'>;
  logger: LoggerService;
  /** What a subject is called, for example `waiver`. */
  noun: string;
}

/**
 * What an owner of subjects does besides asking and taking outcomes: it goes through those that need something of the engine, and
 * takes requests back. Every step may be the last one of a process, and doing it again is the same.
 */
export class SubjectFollower {
  readonly #options: SubjectFollowerOptions;

  constructor(options: SubjectFollowerOptions) {
    this.#options = options;
  }

  /** Goes through subjects in order. One that the engine refuses holds up no other; an engine that does not answer ends the round. */
  async each<T extends { id: string }>(
    subjects: readonly T[],
    signal: AbortSignal,
    work: (subject: T) => Promise<void>,
  ): Promise<void> {
    const { logger, noun } = this.#options;
    for (const subject of subjects) {
      signal.throwIfAborted();
      try {
        await work(subject);
      } catch (error) {
        if (!(error instanceof ResponseError)) {
          throw error;
        }
        logger.warn(
          `The approvals engine refused what the ${noun} ${subject.id} needs; it is tried again: ${stringifyError(error)}`,
        );
      }
    }
  }

  /** Takes back every request that waits about a subject which is over. One that was decided just now waits no more. */
  async takeBack(subject: FollowedSubject): Promise<void> {
    const { approvals, noun } = this.#options;
    for (const { id, state } of await approvals.list(subject)) {
      if (state === 'waiting') {
        try {
          await approvals.withdraw({ id, reason: `The ${noun} is over` });
        } catch (error) {
          if (!(error instanceof ResponseError) || error.statusCode !== 409) {
            throw error;
          }
        }
      }
    }
  }

  /**
   * Takes a request back since somebody takes back the subject, before that is written. A request that is not there, or is
   * withdrawn, is none: once more is the same.
   *
   * @throws ConflictError when it is decided already
   */
  async withdraw(options: {
    subject: FollowedSubject;
    /** The request that is meant; by default the newest about the subject. */
    requestId?: string;
    reason: string;
  }): Promise<void> {
    const { approvals, noun } = this.#options;
    const { subject, requestId, reason } = options;
    const request = (await approvals.list(subject)).find(
      ({ id }) => requestId === undefined || id === requestId,
    );
    if (!request || request.state === 'withdrawn') {
      return;
    }
    if (request.state !== 'waiting') {
      throw new ConflictError(
        `The request for approval ${request.id} of the ${noun} ${subject.subjectId} is ${request.state} already; look at it again in a moment`,
      );
    }
    await approvals.withdraw({ id: request.id, reason });
  }
}
