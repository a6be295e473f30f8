import {
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  PortalStatus,
  statusSystemReadPermission,
  SystemsResponse,
} from '@shopfloor/plugin-status-common';
import express from 'express';
import Router from 'express-promise-router';
import { SystemMonitor } from './service/SystemMonitor';

export interface RouterOptions {
  monitor: SystemMonitor;
  portal: PortalStatus;
  intervalMs: number;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
}

/** `GET /systems`, for people with `status.system.read`. */
export function createRouter(options: RouterOptions): express.Router {
  const { monitor, portal, intervalMs, httpAuth, permissions } = options;
  const router = Router();

  router.get('/systems', async (req, res) => {
    const credentials = await httpAuth.credentials(req, { allow: ['user'] });
    const [decision] = await permissions.authorize(
      [{ permission: statusSystemReadPermission }],
      { credentials },
    );
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError(
        'You may not see the status of the platform; ask the platform team',
      );
    }
    const body: SystemsResponse = {
      intervalMs,
      now: new Date().toISOString(),
      portal,
      systems: monitor.list(),
    };
    res.json(body);
  });

  return router;
}
