import { LoggerService } from '@backstage/backend-plugin-api';
import { QueuedOutcome } from '@shopfloor/plugin-approvals-common';
import { FollowOptions } from './ApprovalsService';

const PAGE = 100;

/** The queue of outcomes of a plugin. */
export interface OutcomeQueue {
  /** Those not acknowledged yet with a position above, in order. */
  pull(options: { after: number; limit: number }): Promise<QueuedOutcome[]>;
  acknowledge(positions: number[]): Promise<void>;
}

/** Hands out every outcome that waits, once, in order. */
export class OutcomeRound {
  readonly #options: {
    queue: OutcomeQueue;
    handle: FollowOptions['handle'];
    logger: LoggerService;
  };

  constructor(options: {
    queue: OutcomeQueue;
    handle: FollowOptions['handle'];
    logger: LoggerService;
  }) {
    this.#options = options;
  }

  /**
   * One round. An outcome is acknowledged after it was handled: a process that dies in between handles it again. One that
   * fails holds up the later ones of its request until the next round.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { queue, handle, logger } = this.#options;
    const heldUp = new Set<string>();
    let after = 0;
    for (;;) {
      const page = await queue.pull({ after, limit: PAGE });
      for (const { position, ...outcome } of page) {
        signal.throwIfAborted();
        if (!heldUp.has(outcome.requestId)) {
          try {
            await handle(outcome, signal);
            await queue.acknowledge([position]);
          } catch (error) {
            heldUp.add(outcome.requestId);
            logger.warn(
              `The outcome "${outcome.outcome}" of the request ${outcome.requestId} could not be handled; it is tried again`,
              error as Error,
            );
          }
        }
        after = position;
      }
      if (page.length < PAGE) {
        return;
      }
    }
  }
}
