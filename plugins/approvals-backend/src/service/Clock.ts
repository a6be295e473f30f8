import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import {
  ApprovalCommand,
  ApprovalRequest,
  decide,
} from '@shopfloor/plugin-approvals-common';
import { afterwards, withContent } from '@shopfloor/plugin-audit-node';
import { RequestStore } from '../store/RequestStore';
import { refused } from './refused';
import { REQUEST_SCHEMA, requestContent } from './requestContent';

const MAX_PER_ROUND = 500;

const COMMANDS: ApprovalCommand[] = [
  { type: 'expire' },
  { type: 'escalate' },
  { type: 'remind' },
  { type: 'mark-overdue' },
];

/** What {@link Clock} needs. */
export interface ClockOptions {
  auditor: AuditorService;
  store: RequestStore;
  logger: LoggerService;
  now: () => Date;
}

/**
 * Does what time does to requests, each an act of the plugin in the audit. The state machine says what is due, so any instance may,
 * and twice is once.
 */
export class Clock {
  readonly #options: ClockOptions;

  constructor(options: ClockOptions) {
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
          await this.#apply(id, command, at.toISOString());
        }
      } catch (error) {
        logger.error(
          `Time could not do its work on the request ${id}`,
          error as Error,
        );
      }
    }
  }

  /** Nothing is an act that is not due. */
  async #apply(id: string, command: ApprovalCommand, now: string) {
    const { auditor, store } = this.#options;
    const before = await store.get(id);
    if (!before || 'refusal' in decide(before, command, { now })) {
      return;
    }
    const event = await auditor.createEvent({
      eventId: `request-${command.type}`,
      severityLevel: 'medium',
      meta: withContent(metaOf(before), {
        before: requestContent(before),
        schema: REQUEST_SCHEMA,
      }),
    });
    try {
      const result = await store.change(id, command, { now });
      // Another instance was first, or a person: nothing is left to do.
      await ('refusal' in result
        ? event.fail({ error: refused(result.refusal) })
        : event.success({ meta: afterwards(requestContent(result.request)) }));
    } catch (error) {
      await event.fail({ error: error as Error });
      throw error;
    }
  }
}

function metaOf({ id, requester, subject }: ApprovalRequest) {
  const { plugin, type, subjectId, entityRef, environment } = subject;
  return {
    requestId: id,
    approvalId: id,
    plugin,
    type,
    subjectId,
    requester,
    ...(entityRef && { entityRef }),
    ...(environment && { environment }),
  };
}
