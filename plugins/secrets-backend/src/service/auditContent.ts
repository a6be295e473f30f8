import { JsonObject } from '@backstage/types';
import { TrailSchema } from '@shopfloor/plugin-audit-node';
import { GrantData } from '@shopfloor/plugin-secrets-common';
import { subjectRefOf } from '../store/grantRow';

/** What of a grant the audit keeps from before and after an act. */
export const GRANT_TRAIL: TrailSchema = {
  fields: {
    state: 'keep',
    name: 'keep',
    expiresAt: 'keep',
    reasonCodes: 'keep',
  },
};

/** A grant as it stands, for the audit. */
export function trailOf(grant: GrantData): JsonObject {
  const { state, plan, expiresAt, reasonCodes } = grant;
  return {
    state,
    name: plan.name,
    reasonCodes,
    ...(expiresAt && { expiresAt }),
  };
}

/**
 * What an act on a grant is about, for the audit. Its `changeId` is the id under which the store of changes has the grant.
 *
 * @param options - `approvalId`: of the request for approval that the act rests on; by default the one of the access
 */
export function metaOf(
  grant: GrantData,
  options: { approvalId?: string } = {},
): JsonObject {
  const { request, plan, contentHash } = grant;
  const approvalId = options.approvalId ?? grant.approvalRequestId;
  return {
    grantId: grant.id,
    changeId: grant.id,
    name: plan.name,
    entityRef:
      request.subject.kind === 'person' ? request.owner : subjectRefOf(grant),
    owner: request.owner,
    environment: request.environment,
    contentHash,
    ...(approvalId && { approvalId }),
  };
}
