import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { NextFunction, Request, Response, Router } from 'express';

/** Requests of which an event was created. */
const AUDITED = new WeakSet<object>();

/** Notes that an event was created for a request, so that its refusal is not a second act. */
export function noteAudited(request: object): void {
  AUDITED.add(request);
}

/** What {@link auditRefusals} needs. */
export interface AuditRefusalsOptions {
  auditor: AuditorService;
  logger: LoggerService;
  /** Whether a request that is not a GET writes nothing either, by its path below the plugin. */
  except?: (path: string) => boolean;
}

/**
 * Has each write that is refused before its own event began stand in the audit, as `write-refused`: what was malformed, not
 * found or not allowed. Requests of nobody (401) are left out. The refusal stands whether that succeeds or not.
 *
 * @param router - the routes of the plugin
 */
export function auditRefusals(
  router: Router,
  options: AuditRefusalsOptions,
): Router {
  const { auditor, logger, except } = options;
  router.use(
    async (error: Error, req: Request, _res: Response, next: NextFunction) => {
      if (
        !['GET', 'HEAD', 'OPTIONS'].includes(req.method) &&
        error.name !== 'AuthenticationError' &&
        !AUDITED.has(req) &&
        !except?.(req.path)
      ) {
        noteAudited(req);
        try {
          const event = await auditor.createEvent({
            eventId: 'write-refused',
            severityLevel: 'medium',
            request: req,
            meta: { method: req.method, path: req.path },
          });
          await event.fail({ error });
        } catch (failure) {
          logger.warn(
            `A refused ${req.method} ${req.path} is not in the audit: ${stringifyError(failure)}`,
          );
        }
      }
      next(error);
    },
  );
  return router;
}
