import {
  ApprovalRequest,
  RequestReceipt,
  RequestSummary,
} from '@shopfloor/plugin-approvals-common';

/** A request as a list shows it. */
export function summaryOf(
  request: ApprovalRequest,
  waitingForMe: boolean,
): RequestSummary {
  const { subject, stages, stage, policy, glass, decidedAt } = request;
  const { type, title, entityRef, environment, risk, reason } = subject;
  const open = stages[stage];
  return {
    id: request.id,
    state: request.state,
    type,
    title,
    ...(entityRef && { entityRef }),
    ...(environment && { environment }),
    risk,
    reason,
    requester: request.requester,
    openedAt: request.openedAt,
    expiresAt: request.expiresAt,
    ...(decidedAt && { decidedAt }),
    stage: {
      title: policy.stages[stage].title,
      number: stage + 1,
      of: stages.length,
      quorum: policy.stages[stage].quorum,
      approvals: open.approvals.length,
      escalated: open.escalatedAt !== undefined,
    },
    ...(request.state === 'break-glass' &&
      glass && { reviewDueAt: glass.reviewDueAt }),
    waitingForMe,
  };
}

/** How a request stands, for the plugin that asked. */
export function receiptOf(request: ApprovalRequest): RequestReceipt {
  const { id, state, subject, policy, openedAt, expiresAt } = request;
  const { stage, stages } = request;
  return {
    id,
    state,
    contentHash: subject.contentHash,
    policy: policy.name,
    openedAt,
    expiresAt,
    ...(state === 'waiting' && {
      waitingFor: {
        title: policy.stages[stage].title,
        approvers: stages[stage].approvers,
      },
    }),
  };
}
