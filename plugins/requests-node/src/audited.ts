import { AuditorService } from '@backstage/backend-plugin-api';
import { Request } from 'express';

/** An act as the audit names it. */
export interface AuditedAct {
  eventId: string;
  request: Request;
  /** Nothing secret. */
  meta: Record<string, string>;
}

/** Does something with an intent before and the outcome after; without an intent nothing is done. */
export async function audited<T>(
  auditor: AuditorService,
  act: AuditedAct,
  doIt: () => Promise<T>,
): Promise<T> {
  const event = await auditor.createEvent({ ...act, severityLevel: 'medium' });
  try {
    const result = await doIt();
    await event.success();
    return result;
  } catch (error) {
    await event.fail({ error: error as Error });
    throw error;
  }
}
