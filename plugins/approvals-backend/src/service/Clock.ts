import { LoggerService } from '@backstage/backend-plugin-api';
import { ApprovalCommand } from '@shopfloor/plugin-approvals-common';
import { RequestStore } from '../store/RequestStore';

const MAX_PER_ROUND = 500;

const COMMANDS: ApprovalCommand[] = [
  { type: 'expire' },
  { type: 'escalate' },
  { type: 'remind' },
  { type: 'mark-overdue' },
];

/** Does what time does to requests. The state machine says what is due, so any instance may, and twice is once. */
export class Clock {
  readonly #options: {
    store: RequestStore;
    logger: LoggerService;
    now: () => Date;
  };

  constructor(options: {
    store: RequestStore;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#options = options;
  }

  /** One round. A request that fails does not keep the others from their time. */
  async run(signal?: AbortSignal): Promise<void> {
    const { store, logger, now } = this.#options;
    const at = now();
    for (const id of await store.due(at, MAX_PER_ROUND)) {
      signal?.throwIfAborted();
      try {
        for (const command of COMMANDS) {
          await store.change(id, command, { now: at.toISOString() });
        }
      } catch (error) {
        logger.error(
          `Time could not do its work on the request ${id}`,
          error as Error,
        );
      }
    }
  }
}
