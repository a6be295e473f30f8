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

/** What an act on a grant is about, for the audit. */
export function metaOf(grant: GrantData): JsonObject {
  const { request, plan, contentHash, approvalRequestId } = grant;
  return {
    grantId: grant.id,
    name: plan.name,
    entityRef:
      request.subject.kind === 'person' ? request.owner : subjectRefOf(grant),
    owner: request.owner,
    environment: request.environment,
    contentHash,
    ...(approvalRequestId && { approvalId: approvalRequestId }),
  };
}
