import { LoggerService } from '@backstage/backend-plugin-api';
import { ApprovalOutcome } from '@shopfloor/plugin-approvals-common';
import { GrantCommand } from '@shopfloor/plugin-secrets-common';
import { GrantStore } from '../store/GrantStore';
import {
  ACCESS_SUBJECT,
  parseRenewalSubject,
  RENEWAL_SUBJECT,
} from './subjects';

/** Takes outcomes of decisions. The same one twice is once, since the state machine refuses the second. */
export class OutcomeTaker {
  readonly #options: {
    logger: LoggerService;
    store: GrantStore;
    now: () => Date;
  };

  constructor(options: {
    logger: LoggerService;
    store: GrantStore;
    now: () => Date;
  }) {
    this.#options = options;
  }

  async take(outcome: ApprovalOutcome): Promise<void> {
    switch (outcome.type) {
      case ACCESS_SUBJECT:
        await this.#change(
          outcome.subjectId,
          outcome.objected
            ? { type: 'revoke', reason: 'review-objected' }
            : accessCommand(outcome),
          outcome,
        );
        return;
      case RENEWAL_SUBJECT: {
        const { grantId, number } = parseRenewalSubject(outcome.subjectId);
        await this.#change(grantId, renewalCommand(outcome, number), outcome);
        return;
      }
      default:
    }
  }

  async #change(
    id: string,
    command: GrantCommand,
    outcome: ApprovalOutcome,
  ): Promise<void> {
    const { logger, store, now } = this.#options;
    const result = await store.change(id, command, {
      now: now().toISOString(),
    });
    if ('refusal' in result) {
      const { code, message } = result.refusal;
      const say = code === 'content-changed' ? 'warn' : 'debug';
      logger[say](
        `The outcome "${outcome.outcome}" of the request ${outcome.requestId} changes nothing of the grant ${id}: ${message}`,
      );
      if (code === 'content-changed' && command.type === 'approve') {
        await store.change(
          id,
          { type: 'close', reason: 'approval-superseded' },
          { now: now().toISOString() },
        );
      }
    }
  }
}

function accessCommand(outcome: ApprovalOutcome): GrantCommand {
  const { granted, contentHash, by, comment, at } = outcome;
  if (granted) {
    return {
      type: 'approve',
      contentHash,
      by,
      ...(comment && { comment }),
      decidedAt: at,
    };
  }
  switch (outcome.outcome) {
    case 'denied':
      return { type: 'deny', by, ...(comment && { comment }) };
    case 'expired':
      return { type: 'close', reason: 'approval-expired' };
    default:
      return { type: 'close', reason: 'approval-superseded' };
  }
}

function renewalCommand(
  outcome: ApprovalOutcome,
  number: number,
): GrantCommand {
  const { granted, contentHash, by, comment, at } = outcome;
  if (granted) {
    return { type: 'approve-renewal', number, contentHash, by, decidedAt: at };
  }
  return {
    type: 'close-renewal',
    number,
    outcome:
      outcome.outcome === 'denied' || outcome.outcome === 'expired'
        ? outcome.outcome
        : 'withdrawn',
    by,
    ...(comment && { comment }),
  };
}
