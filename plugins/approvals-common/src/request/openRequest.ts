import { ApprovalPolicy } from '../policy/types';
import { ApprovalCommand } from './commands';
import { ApprovalEvent } from './events';
import { RefusalCode } from './refusals';
import { addHours, openStage } from './timing';

/** Opens a request, and approves it at once when its policy declares that nobody has to look at it. */
export function openRequest(
  command: Extract<ApprovalCommand, { type: 'open' }>,
  at: string,
): ApprovalEvent[] | RefusalCode {
  const { id, subject, requester, policy, entityOwners, supersedes } = command;
  const approvers = policy.stages.map(({ approvers: { groups, ...asked } }) => [
    ...new Set([...groups, ...(asked.entityOwners ? entityOwners : [])]),
  ]);
  const automatic = needsNobody(policy, command);
  if (
    !automatic &&
    approvers.some((refs, index) =>
      cannotReach(policy.stages[index].quorum, refs, requester),
    )
  ) {
    return 'no-approvers';
  }
  return [
    {
      type: 'opened',
      at,
      by: requester,
      id,
      subject: structuredClone(subject),
      policy: structuredClone(policy),
      approvers,
      expiresAt: addHours(at, policy.expiresAfterHours),
      ...(supersedes && { supersedes }),
    },
    automatic
      ? { type: 'auto-approved', at, reason: { ...automatic } }
      : openStage(policy, 0, at),
  ];
}

function needsNobody(
  { autoApprove }: ApprovalPolicy,
  { subject }: Extract<ApprovalCommand, { type: 'open' }>,
) {
  if (!autoApprove?.risks.includes(subject.risk)) {
    return undefined;
  }
  const { environments, reason } = autoApprove;
  const { environment, production } = subject;
  const named =
    !environments ||
    (environment !== undefined && environments.includes(environment));
  // Only what is known to be outside of production, when that is asked for.
  const outside = autoApprove.production === undefined || production === false;
  return named && outside ? reason : undefined;
}

/** Of groups it is not known here who is in them; of people it is. */
function cannotReach(
  quorum: number,
  refs: string[],
  requester: string,
): boolean {
  const others = refs.filter(ref => ref !== requester);
  return (
    others.length === 0 ||
    (others.every(ref => ref.startsWith('user:')) && others.length < quorum)
  );
}
