import { ApprovalRequest } from '@shopfloor/plugin-approvals-common';
import { TrailSchema } from '@shopfloor/plugin-audit-node';

/** What of a request the audit keeps, before and after: how it stands, never its subject, which is its owner's. */
export const REQUEST_SCHEMA: TrailSchema = {
  fields: {
    state: 'keep',
    version: 'keep',
    stage: 'keep',
    approvals: { items: 'keep' },
    denials: { items: 'keep' },
    glass: { fields: { by: 'keep', reason: 'keep', verdict: 'keep' } },
  },
};

/** A request as the audit has it. */
export function requestContent(request: ApprovalRequest) {
  const { state, version, stages, stage, denials, glass } = request;
  return {
    state,
    version,
    stage: stages[stage].name,
    approvals: stages.flatMap(({ approvals }) => approvals.map(({ by }) => by)),
    denials: denials.map(({ by }) => by),
    ...(glass && {
      glass: {
        by: glass.by,
        reason: glass.reason,
        ...(glass.review && { verdict: glass.review.verdict }),
      },
    }),
  };
}
