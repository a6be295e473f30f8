import { AuditorService } from '@backstage/backend-plugin-api';
import { JsonObject } from '@backstage/types';
import { afterwards, withContent } from '@shopfloor/plugin-audit-node';
import { GrantData } from '@shopfloor/plugin-secrets-common';
import { GRANT_TRAIL, metaOf, trailOf } from '../service/auditContent';
import { GrantStore } from '../store/GrantStore';

/** What {@link actOnGrant} needs. */
export interface ActOnGrantOptions {
  auditor: AuditorService;
  store: GrantStore;
  grant: GrantData;
  eventId: string;
  /** Default `medium`. */
  severityLevel?: 'medium' | 'high';
  /** Of the request for approval that the act rests on; by default the one of the access. */
  approvalId?: string;
  /** More of what the act is. */
  meta?: JsonObject;
}

/**
 * What the plugin does to a grant by itself: an intent before a write and its outcome after; without an intent nothing is written.
 *
 * @throws what the work throws, once the act has failed with it
 */
export async function actOnGrant<T>(
  options: ActOnGrantOptions,
  work: () => Promise<T>,
): Promise<T> {
  const { auditor, store, grant, eventId, approvalId } = options;
  const event = await auditor.createEvent({
    eventId,
    severityLevel: options.severityLevel ?? 'medium',
    meta: withContent(
      {
        ...metaOf(grant, { ...(approvalId && { approvalId }) }),
        requestedBy: grant.requestedBy,
        ...options.meta,
      },
      { before: trailOf(grant), schema: GRANT_TRAIL },
    ),
  });
  try {
    const result = await work();
    const after = await store.get(grant.id);
    await event.success(after && { meta: afterwards(trailOf(after.grant)) });
    return result;
  } catch (error) {
    await event.fail({ error: error as Error });
    throw error;
  }
}
