import {
  BackstageCredentials,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { entityRef, parseInput } from '@shopfloor/plugin-requests-node';
import { sloReleaseReadPermission } from '@shopfloor/plugin-slo-common';
import express from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { ReleaseGateService } from './ReleaseGateService';

const gateQuery = z.strictObject({
  entity: entityRef('component'),
  environment: z.string().min(1).max(63),
});

/** Subject of a program that is no plugin. */
const EXTERNAL = 'external:';

/** What {@link createGateRouter} needs. */
export interface GateRouterOptions {
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  service: ReleaseGateService;
}

/**
 * The release gate, for people, for plugins of the portal and for pipelines. A pipeline has a token of
 * `backend.auth.externalAccess` whose restrictions name the permission; without them it would be allowed everything.
 */
export function createGateRouter(options: GateRouterOptions): express.Router {
  const { httpAuth, permissions, service } = options;
  const router = Router();

  router.get('/gate', async (req, res) => {
    const credentials = await httpAuth.credentials(req, {
      allow: ['user', 'service'],
    });
    await authorize(credentials, permissions);
    const { entity, environment } = parseInput(gateQuery, req.query);
    res.json(
      await service.ask({ entityRef: entity, environment }, { credentials }),
    );
  });

  return router;
}

async function authorize(
  credentials: BackstageCredentials<
    BackstageUserPrincipal | BackstageServicePrincipal
  >,
  permissions: PermissionsService,
): Promise<void> {
  const { principal } = credentials;
  const { name } = sloReleaseReadPermission;
  if (
    principal.type === 'service' &&
    principal.subject.startsWith(EXTERNAL) &&
    !principal.accessRestrictions?.permissionNames?.includes(name)
  ) {
    throw new NotAllowedError(
      `${principal.subject} may not ask the release gate: its accessRestrictions must name the permission ${name}`,
    );
  }
  const [decision] = await permissions.authorize(
    [{ permission: sloReleaseReadPermission }],
    { credentials },
  );
  if (decision.result !== AuthorizeResult.ALLOW) {
    throw new NotAllowedError(
      `You may not ask the release gate: ${name} is not granted to you`,
    );
  }
}
