import { addWorkingHours } from '../calendar/workingTime';
import { Actor, ApprovalCommand, DecisionContext } from './commands';
import { capacityOf, mayBreakGlass, mayReview } from './capacities';
import { ApprovalEvent } from './events';
import { openRequest } from './openRequest';
import { Refusal, refusal, RefusalCode } from './refusals';
import { addHours, isDue, openStage, overdueAt } from './timing';
import { ApprovalRequest, CountedDecision } from './types';

/** What a command leads to: events, or a refusal. Never both, and no events are never an answer. */
export type DecideResult = { events: ApprovalEvent[] } | { refusal: Refusal };

/**
 * The state machine: what a command does to a request, with nothing but what it is given.
 *
 * The first outcome wins: once a request is decided, only its discussion goes on, and the review of a broken glass.
 * `approved` needs every quorum; the only other ways to go ahead are `auto-approved` and `break-glass`, which stay what they
 * are.
 */
export function decide(
  request: ApprovalRequest | undefined,
  command: ApprovalCommand,
  context: DecisionContext,
): DecideResult {
  const result = decideOrRefuse(request, command, context);
  return typeof result === 'string'
    ? { refusal: refusal(result) }
    : { events: result };
}

function decideOrRefuse(
  request: ApprovalRequest | undefined,
  command: ApprovalCommand,
  context: DecisionContext,
): ApprovalEvent[] | RefusalCode {
  const { now: at, actor } = context;
  if (command.type === 'open') {
    return request ? 'exists-already' : openRequest(command, at);
  }
  if (!request) {
    return 'not-there';
  }
  switch (command.type) {
    case 'comment':
      if (!actor) {
        return 'nobody-acts';
      }
      return command.text.trim() === ''
        ? 'text-missing'
        : [{ type: 'commented', at, by: actor.ref, text: command.text }];
    case 'review':
      return review(request, command, context);
    case 'mark-overdue':
      return request.state === 'break-glass' &&
        request.glass &&
        isDue(overdueAt(request.glass), at)
        ? [{ type: 'review-overdue', at }]
        : stateOr(request, 'break-glass', 'not-due');
    case 'expire':
      return request.state === 'waiting' && isDue(request.expiresAt, at)
        ? [{ type: 'expired', at }]
        : stateOr(request, 'waiting', 'not-due');
    default:
  }
  if (request.state !== 'waiting') {
    return 'wrong-state';
  }
  if (isDue(request.expiresAt, at)) {
    return 'expired';
  }
  const { stage } = request;
  const open = request.stages[stage];
  switch (command.type) {
    case 'approve':
    case 'deny':
      return actor ? vote(request, command, actor, at) : 'nobody-acts';
    case 'withdraw': {
      if (actor && actor.ref !== request.requester) {
        return 'not-requester';
      }
      const by = actor?.ref ?? `plugin:${request.subject.plugin}`;
      const { reason } = command;
      return [{ type: 'withdrawn', at, by, ...(reason && { reason }) }];
    }
    case 'supersede':
      return [{ type: 'superseded', at, supersededBy: command.supersededBy }];
    case 'break-glass':
      return breakGlass(request, command, context);
    case 'escalate':
      return isDue(open.escalatesAt, at) && open.escalatedAt === undefined
        ? [{ type: 'escalated', at, stage }]
        : 'not-due';
    case 'remind': {
      const { reminders } = request.policy;
      return reminders && isDue(open.remindsAt, at)
        ? [
            {
              type: 'reminded',
              at,
              stage,
              remindsAt: addWorkingHours(
                at,
                reminders.everyWorkingHours,
                reminders.workingHours,
              ),
            },
          ]
        : 'not-due';
    }
    default:
      throw new Error(
        `No such command: ${JSON.stringify(command satisfies never)}`,
      );
  }
}

function vote(
  request: ApprovalRequest,
  command: Extract<ApprovalCommand, { type: 'approve' | 'deny' }>,
  actor: Actor,
  at: string,
): ApprovalEvent[] | RefusalCode {
  const { policy, stage, stages, subject } = request;
  const open = stages[stage];
  if (command.stage !== open.name) {
    return 'wrong-stage';
  }
  if (command.contentHash !== subject.contentHash) {
    return 'content-changed';
  }
  const capacity = capacityOf(request, actor, command.actingFor);
  if (typeof capacity === 'string') {
    return capacity;
  }
  const comment = command.comment?.trim();
  const decision: CountedDecision = {
    by: actor.ref,
    ...capacity,
    at,
    ...(comment && { comment }),
  };
  if (command.type === 'deny') {
    if (!comment) {
      return 'comment-missing';
    }
    return [
      { type: 'denial-given', at, decision },
      ...(request.denials.length + 1 >= policy.denials
        ? [{ type: 'denied', at } as const]
        : []),
    ];
  }
  const { contentHash } = command;
  const given: ApprovalEvent[] = [
    { type: 'approval-given', at, stage, decision, contentHash },
  ];
  if (open.approvals.length + 1 < policy.stages[stage].quorum) {
    return given;
  }
  return [
    ...given,
    { type: 'stage-completed', at, stage },
    stage + 1 < stages.length
      ? openStage(policy, stage + 1, at)
      : { type: 'approved', at },
  ];
}

function breakGlass(
  request: ApprovalRequest,
  command: Extract<ApprovalCommand, { type: 'break-glass' }>,
  { actor, now: at }: DecisionContext,
): ApprovalEvent[] | RefusalCode {
  if (!actor) {
    return 'nobody-acts';
  }
  if (command.contentHash !== request.subject.contentHash) {
    return 'content-changed';
  }
  const may = mayBreakGlass(request, actor);
  if (may !== true) {
    return may;
  }
  const reason = command.reason.trim();
  if (!reason) {
    return 'reason-missing';
  }
  const reviewDueAt = addHours(
    at,
    request.policy.breakGlass!.reviewWithinHours,
  );
  return [{ type: 'glass-broken', at, by: actor.ref, reason, reviewDueAt }];
}

function review(
  request: ApprovalRequest,
  command: Extract<ApprovalCommand, { type: 'review' }>,
  { actor, now: at }: DecisionContext,
): ApprovalEvent[] | RefusalCode {
  if (!actor) {
    return 'nobody-acts';
  }
  if (request.state !== 'break-glass') {
    return 'wrong-state';
  }
  const may = mayReview(request, actor);
  if (may !== true) {
    return may;
  }
  const comment = command.comment.trim();
  if (!comment) {
    return 'comment-missing';
  }
  const { verdict } = command;
  return [{ type: 'reviewed', at, by: actor.ref, verdict, comment }];
}

function stateOr(
  request: ApprovalRequest,
  state: ApprovalRequest['state'],
  code: RefusalCode,
): RefusalCode {
  return request.state === state ? code : 'wrong-state';
}
