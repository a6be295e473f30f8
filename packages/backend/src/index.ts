import { createBackend } from '@backstage/backend-defaults';
import { stringifyError } from '@backstage/errors';
import { trailAuditorServiceFactory } from '@shopfloor/plugin-audit-node';
import {
  defaultRepositoryUrl,
  repositoryUrlReader,
} from '@shopfloor/repository-reader';
import { startupGuard } from './hardening/startupGuard';
import { notificationMail } from './mail/notificationMail';
import { mcpUsersOnly } from './mcp/usersOnly';
import { secretsForwarding } from './secrets/secretsForwarding';

defaultRepositoryUrl(process.env);

const backend = createBackend();

backend.add(startupGuard);
backend.add(trailAuditorServiceFactory);
backend.add(repositoryUrlReader);

backend.add(import('@backstage/plugin-app-backend'));
backend.add(import('@backstage/plugin-proxy-backend'));

backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@shopfloor/plugin-auth-backend-module-oidc'));

backend.add(import('@backstage/plugin-permission-backend'));
backend.add(import('@shopfloor/plugin-permission-backend-module-rego'));

backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-catalog-backend-module-logs'));
backend.add(import('@shopfloor/plugin-catalog-backend-module-api-servers'));

backend.add(import('@backstage/plugin-search-backend'));
backend.add(import('@backstage/plugin-search-backend-module-pg'));
backend.add(import('@backstage/plugin-search-backend-module-catalog'));
backend.add(import('@backstage/plugin-search-backend-module-techdocs'));

backend.add(import('@backstage/plugin-techdocs-backend'));
backend.add(import('@backstage/plugin-kubernetes-backend'));
backend.add(import('@backstage/plugin-user-settings-backend'));
backend.add(import('@backstage/plugin-events-backend'));
backend.add(import('@backstage/plugin-signals-backend'));
backend.add(import('@backstage/plugin-notifications-backend'));
backend.add(notificationMail);
backend.add(import('@backstage/plugin-mcp-actions-backend'));
backend.add(mcpUsersOnly);
backend.add(secretsForwarding);

backend.add(import('@shopfloor/plugin-audit-backend'));
backend.add(import('@shopfloor/plugin-approvals-backend'));
backend.add(import('@shopfloor/plugin-checks-backend'));
backend.add(import('@shopfloor/plugin-checks-backend-module-collectors'));
backend.add(import('@shopfloor/plugin-scorecards-backend'));
backend.add(import('@shopfloor/plugin-slo-backend'));
backend.add(import('@shopfloor/plugin-status-backend'));
backend.add(import('@shopfloor/plugin-traffic-backend'));

backend.start().catch(error => {
  // Backstage would log it and stay, with a port that serves nothing.
  process.stderr.write(`${stringifyError(error)}\n`);
  process.exit(1);
});
