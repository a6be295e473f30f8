import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { DefaultAuditorService } from '@backstage/backend-defaults/auditor';
import { auditTrailServiceRef } from './trailService';
import { TrailAuditorService } from './TrailAuditorService';

/** Plugins of ours that write: without the intent in the trail they do not. */
const STRICT = [
  'approvals',
  'audit',
  'checks',
  'phases',
  'scorecards',
  'secrets',
  'slo',
  'traffic',
];

/**
 * The auditor of every plugin: to the log, as Backstage does, and into the audit trail. A backend adds it once; what plugins do
 * through `coreServices.auditor` is then in the trail, the core's plugins included.
 */
export const trailAuditorServiceFactory = createServiceFactory({
  service: coreServices.auditor,
  deps: {
    auth: coreServices.auth,
    httpAuth: coreServices.httpAuth,
    logger: coreServices.logger,
    plugin: coreServices.pluginMetadata,
    trail: auditTrailServiceRef,
  },
  factory: ({ auth, httpAuth, logger, plugin, trail }) => {
    const audit = logger.child({ isAuditEvent: true });
    return new TrailAuditorService({
      auth,
      httpAuth,
      logger,
      trail,
      strict: STRICT.includes(plugin.getId()),
      inner: DefaultAuditorService.create(
        event => {
          const name = `${event.plugin}.${event.eventId} ${event.status}`;
          if (event.severityLevel === 'low') {
            audit.debug(name, event as never);
          } else {
            audit.info(name, event as never);
          }
        },
        { plugin, auth, httpAuth },
      ),
    });
  },
});
