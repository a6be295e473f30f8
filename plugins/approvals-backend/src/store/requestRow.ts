import {
  ApprovalRequest,
  overdueAt,
  usedUp,
} from '@shopfloor/plugin-approvals-common';

/** A request with the columns that lists and the clock ask for. */
export interface RequestRow {
  id: string;
  version: number;
  state: ApprovalRequest['state'];
  plugin: string;
  type: string;
  subject_id: string;
  entity_ref: string | null;
  environment: string | null;
  requester: string;
  search: string;
  participants: string[];
  waiting_for: string[];
  barred: string[];
  delegation: boolean;
  opened_at: Date;
  due_at: Date | null;
  /** JSON. */
  request: string;
}

/** All columns follow from the request. */
export function toRow(request: ApprovalRequest): RequestRow {
  const { id, version, state, subject, requester, openedAt } = request;
  const { plugin, type, subjectId, entityRef, environment } = subject;
  const { title, reason } = subject;
  const due = dueAt(request);
  return {
    id,
    version,
    state,
    plugin,
    type,
    subject_id: subjectId,
    entity_ref: entityRef ?? null,
    environment: environment ?? null,
    requester,
    search: [title.en, title.zh, reason, entityRef ?? '', subjectId]
      .join('\n')
      .toLocaleLowerCase('en-US'),
    participants: participantsOf(request),
    waiting_for: waitingFor(request),
    barred: barred(request),
    delegation: state === 'waiting' && request.policy.delegation,
    opened_at: new Date(openedAt),
    due_at: due === undefined ? null : new Date(due),
    request: JSON.stringify(request),
  };
}

function participantsOf(request: ApprovalRequest): string[] {
  const { requester, stages, denials, glass, policy } = request;
  const decisions = [...stages.flatMap(stage => stage.approvals), ...denials];
  return [
    ...new Set([
      requester,
      ...stages.flatMap(({ approvers }) => approvers),
      ...(policy.escalation?.fallback ?? []),
      ...(policy.breakGlass?.groups ?? []),
      ...(policy.breakGlass?.reviewers ?? []),
      ...decisions.flatMap(({ by, principal }) => [by, principal]),
      ...(glass ? [glass.by] : []),
      ...(glass?.review ? [glass.review.by] : []),
    ]),
  ];
}

function waitingFor({ state, stages, stage, policy }: ApprovalRequest) {
  switch (state) {
    case 'waiting':
      return [
        ...stages[stage].approvers,
        ...(stages[stage].escalatedAt
          ? (policy.escalation?.fallback ?? [])
          : []),
      ];
    case 'break-glass':
      return policy.breakGlass?.reviewers ?? [];
    default:
      return [];
  }
}

function barred(request: ApprovalRequest): string[] {
  const { state, requester, glass } = request;
  return state === 'break-glass'
    ? [requester, ...(glass ? [glass.by] : [])]
    : [requester, ...usedUp(request)];
}

function dueAt(request: ApprovalRequest): string | undefined {
  const { state, stages, stage, expiresAt, glass } = request;
  if (state === 'break-glass') {
    return glass && overdueAt(glass);
  }
  if (state !== 'waiting') {
    return undefined;
  }
  const { escalatesAt, escalatedAt, remindsAt } = stages[stage];
  return [expiresAt, ...(escalatedAt ? [] : [escalatesAt]), remindsAt]
    .filter(moment => moment !== undefined)
    .sort((a, b) => Date.parse(a) - Date.parse(b))[0];
}
