import { AuditorService } from '@backstage/backend-plugin-api';
import { JsonObject } from '@backstage/types';
import { Request } from 'express';
import { noteAudited } from './auditRefusals';

/** An act as the audit names it. */
export interface AuditedAct<T = unknown> {
  eventId: string;
  request: Request;
  /** Nothing secret. */
  meta: JsonObject;
  /** What of the result the audit keeps: metadata of the end of the event. */
  result?: (value: T) => JsonObject;
}

/** Does something with an intent before and the outcome after; without an intent nothing is done. */
export async function audited<T>(
  auditor: AuditorService,
  act: AuditedAct<T>,
  doIt: () => Promise<T>,
): Promise<T> {
  const { result: resultOf, ...intent } = act;
  const event = await auditor.createEvent({
    ...intent,
    severityLevel: 'medium',
  });
  noteAudited(act.request);
  let result: T;
  try {
    result = await doIt();
  } catch (error) {
    await event.fail({ error: error as Error });
    throw error;
  }
  await event.success(resultOf && { meta: resultOf(result) });
  return result;
}
