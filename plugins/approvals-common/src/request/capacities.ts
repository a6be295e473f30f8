import { Actor } from './commands';
import { RefusalCode } from './refusals';
import { ApprovalRequest, CountedDecision } from './types';

/** In which way somebody may decide in the open stage. */
export interface Capacity {
  /** Entity ref of the person it counts for. */
  principal: string;
  delegationId?: string;
  fallback: boolean;
}

/**
 * Whether somebody counts in the open stage, as themselves or in the place of another.
 *
 * A person and a principal count once: everybody who acted or was acted for is used up, in this stage, and with
 * `separateStages` in the ones before too. Who asked never counts.
 */
export function capacityOf(
  request: ApprovalRequest,
  actor: Actor,
  actingFor?: string,
): Capacity | RefusalCode {
  const { requester, policy } = request;
  let claims = actor.claims;
  let delegationId: string | undefined;
  if (actingFor !== undefined && actingFor !== actor.ref) {
    if (!policy.delegation) {
      return 'delegation-off';
    }
    const delegator = actor.delegators.find(
      ({ principal }) => principal === actingFor,
    );
    if (!delegator) {
      return 'no-delegation';
    }
    ({ claims, delegationId } = delegator);
  }
  const principal = delegationId === undefined ? actor.ref : actingFor!;
  if (actor.ref === requester || principal === requester) {
    return 'requester-never-counts';
  }
  const stage = request.stages[request.stage];
  const named = (refs: string[]) => refs.some(ref => claims.includes(ref));
  const regular = named(stage.approvers);
  const fallback =
    !regular &&
    stage.escalatedAt !== undefined &&
    named(policy.escalation?.fallback ?? []);
  if (!regular && !fallback) {
    return 'not-an-approver';
  }
  const used = usedUp(request);
  if (used.has(actor.ref) || used.has(principal)) {
    return 'counted-already';
  }
  return { principal, fallback, ...(delegationId && { delegationId }) };
}

/** Every way in which somebody may decide in the open stage; the own one first. */
export function capacitiesOf(
  request: ApprovalRequest,
  actor: Actor,
): Capacity[] {
  return [
    undefined,
    ...actor.delegators.map(({ principal }) => principal),
  ].flatMap(actingFor => {
    const capacity = capacityOf(request, actor, actingFor);
    return typeof capacity === 'string' ? [] : [capacity];
  });
}

/** Entity refs of the people who do not count (again) in the open stage, other than who asked. */
export function usedUp(request: ApprovalRequest): Set<string> {
  const { stages, stage, denials, policy } = request;
  const decisions: CountedDecision[] = [
    ...denials,
    ...stages
      .slice(policy.separateStages ? 0 : stage, stage + 1)
      .flatMap(({ approvals }) => approvals),
  ];
  return new Set(decisions.flatMap(({ by, principal }) => [by, principal]));
}

/** Whether somebody may break the glass; says why not. */
export function mayBreakGlass(
  request: ApprovalRequest,
  actor: Actor,
): true | RefusalCode {
  const rule = request.policy.breakGlass;
  if (!rule) {
    return 'no-break-glass';
  }
  const named = rule.groups.some(ref => actor.claims.includes(ref));
  return named && (actor.ref !== request.requester || rule.requesterMay)
    ? true
    : 'may-not-break-glass';
}

/** Whether somebody may review a broken glass; says why not. */
export function mayReview(
  request: ApprovalRequest,
  actor: Actor,
): true | RefusalCode {
  const { glass, policy, requester } = request;
  if (actor.ref === glass?.by || actor.ref === requester) {
    return 'own-break-glass';
  }
  const reviewers = policy.breakGlass?.reviewers ?? [];
  return reviewers.some(ref => actor.claims.includes(ref))
    ? true
    : 'not-a-reviewer';
}
