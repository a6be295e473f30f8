import { TrailSchema } from '@shopfloor/plugin-audit-node';
import { StoredWaiver } from '../store/WaiverStore';

/** What of a waiver the audit keeps, before and after. */
export const WAIVER_SCHEMA: TrailSchema = {
  fields: {
    state: 'keep',
    expiresAt: 'keep',
    decidedBy: 'keep',
    comment: 'keep',
    approvalId: 'keep',
  },
};

/** A waiver as the audit has it. */
export function waiverContent(waiver: StoredWaiver) {
  const { state, expiresAt, decidedBy, comment, approvalId } = waiver;
  return {
    state,
    expiresAt: expiresAt.toISOString(),
    ...(decidedBy && { decidedBy }),
    ...(comment && { comment }),
    ...(approvalId && { approvalId }),
  };
}
