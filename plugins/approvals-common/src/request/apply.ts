import { ApprovalEvent } from './events';
import { addHours, OVERDUE_REMINDER_HOURS } from './timing';
import { ApprovalRequest, RequestState, StageProgress } from './types';

/** Puts events on a request. Whoever has the events of a request has the request. */
export function applyEvents(
  request: ApprovalRequest | undefined,
  events: readonly ApprovalEvent[],
): ApprovalRequest {
  const result = events.reduce<ApprovalRequest | undefined>(
    applyEvent,
    request,
  );
  if (!result) {
    throw new Error('A request begins with its opening');
  }
  return result;
}

function applyEvent(
  before: ApprovalRequest | undefined,
  event: ApprovalEvent,
): ApprovalRequest {
  if (event.type === 'opened') {
    if (before) {
      throw new Error(`The request ${before.id} is opened already`);
    }
    return opened(event);
  }
  if (!before) {
    throw new Error(`${event.type} before the opening of a request`);
  }
  const request = { ...before, version: before.version + 1 };
  const decided = (state: RequestState): ApprovalRequest => ({
    ...request,
    state,
    decidedAt: event.at,
  });
  const onStage = (
    index: number,
    change: (stage: StageProgress) => Partial<StageProgress>,
  ): ApprovalRequest => ({
    ...request,
    stages: request.stages.map((stage, at) =>
      at === index ? { ...stage, ...change(stage) } : stage,
    ),
  });
  switch (event.type) {
    case 'stage-opened': {
      const { at, stage, escalatesAt, remindsAt } = event;
      return {
        ...onStage(stage, () => ({
          openedAt: at,
          ...(escalatesAt && { escalatesAt }),
          ...(remindsAt && { remindsAt }),
        })),
        stage,
      };
    }
    case 'approval-given':
      return onStage(event.stage, ({ approvals }) => ({
        approvals: [...approvals, event.decision],
      }));
    case 'stage-completed':
      return onStage(event.stage, () => ({ completedAt: event.at }));
    case 'escalated':
      return onStage(event.stage, () => ({ escalatedAt: event.at }));
    case 'reminded':
      return onStage(event.stage, () => ({ remindsAt: event.remindsAt }));
    case 'denial-given':
      return { ...request, denials: [...request.denials, event.decision] };
    case 'approved':
    case 'auto-approved':
    case 'denied':
    case 'expired':
    case 'withdrawn':
      return decided(event.type);
    case 'superseded':
      return { ...decided('superseded'), supersededBy: event.supersededBy };
    case 'glass-broken': {
      const { by, at, reason, reviewDueAt } = event;
      return {
        ...decided('break-glass'),
        glass: { by, at, reason, reviewDueAt },
      };
    }
    case 'review-overdue':
      return {
        ...request,
        glass: {
          ...request.glass!,
          overdueSince: request.glass!.overdueSince ?? event.at,
          remindsAt: addHours(event.at, OVERDUE_REMINDER_HOURS),
        },
      };
    case 'reviewed': {
      const { by, at, verdict, comment } = event;
      return {
        ...request,
        state: 'break-glass-reviewed',
        glass: { ...request.glass!, review: { by, at, verdict, comment } },
      };
    }
    case 'commented':
      return request;
    default:
      throw new Error(
        `No such event: ${JSON.stringify(event satisfies never)}`,
      );
  }
}

function opened(
  event: Extract<ApprovalEvent, { type: 'opened' }>,
): ApprovalRequest {
  const { id, at, by, subject, policy, approvers, expiresAt, supersedes } =
    event;
  return {
    id,
    version: 1,
    state: 'waiting',
    subject,
    requester: by,
    policy,
    openedAt: at,
    expiresAt,
    stages: policy.stages.map(({ name }, index) => ({
      name,
      approvers: approvers[index],
      approvals: [],
    })),
    stage: 0,
    denials: [],
    ...(supersedes && { supersedes }),
  };
}
