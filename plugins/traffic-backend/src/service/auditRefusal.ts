import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { NotAllowedError, stringifyError } from '@backstage/errors';
import { noteAudited } from '@shopfloor/plugin-requests-node';
import { Request } from 'express';

/** What {@link auditRefusal} needs. */
export interface AuditRefusalOptions {
  auditor: AuditorService;
  logger: LoggerService;
  httpRequest: Request;
  /** What was tried. */
  meta: { kind: 'shift' | 'undo'; entityRef: string; environment: string };
}

/** Has a try that is refused stand in the audit; the refusal stands whether that succeeds or not. */
export async function auditRefusal(
  options: AuditRefusalOptions,
  check: () => Promise<void>,
): Promise<void> {
  const { auditor, logger, httpRequest, meta } = options;
  try {
    await check();
  } catch (error) {
    if (error instanceof NotAllowedError) {
      try {
        noteAudited(httpRequest);
        const event = await auditor.createEvent({
          eventId: 'route-change',
          severityLevel: 'medium',
          request: httpRequest,
          meta,
        });
        await event.fail({ error });
      } catch (failure) {
        logger.error(
          `A refused ${meta.kind} of ${meta.entityRef} is not in the audit: ${stringifyError(failure)}`,
        );
      }
    }
    throw error;
  }
}
