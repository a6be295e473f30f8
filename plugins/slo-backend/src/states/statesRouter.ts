import {
  BackstageCredentials,
  BackstageServicePrincipal,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { entityRef, parseInput } from '@shopfloor/plugin-requests-node';
import { sloObjectiveReadPermission } from '@shopfloor/plugin-slo-common';
import express from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { presentSummary } from '../service/present';
import { SloStore } from '../store/SloStore';

/** Plugins that may read the state of every SLO for themselves. Permissions do not bind services, so they are named. */
const READERS = ['checks'].map(plugin => `plugin:${plugin}`);

const statesQuery = z.strictObject({ entity: entityRef('component') });

/** What {@link createStatesRouter} needs. */
export interface StatesRouterOptions {
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  store: SloStore;
  staleAfterSeconds: number;
}

/** The state of each SLO of one entity, for other plugins; people use `GET /slos`. */
export function createStatesRouter(
  options: StatesRouterOptions,
): express.Router {
  const { httpAuth, permissions, store, staleAfterSeconds } = options;
  const router = Router();

  router.get('/states', async (req, res) => {
    const credentials = await httpAuth.credentials(req, { allow: ['service'] });
    const { entity } = parseInput(statesQuery, req.query);
    await requireReader(credentials, permissions, entity);
    const now = new Date();
    const slos = (await store.listSlos())
      .filter(slo => slo.entityRef === entity)
      .map(slo => presentSummary(slo, { now, staleAfterSeconds }));
    res.json({
      items: slos.map(({ id, name, environment, state }) => ({
        id,
        name,
        environment,
        state,
      })),
    });
  });

  return router;
}

async function requireReader(
  credentials: BackstageCredentials<BackstageServicePrincipal>,
  permissions: PermissionsService,
  resourceRef: string,
): Promise<void> {
  const { subject } = credentials.principal;
  const [decision] = READERS.includes(subject)
    ? await permissions.authorize(
        [{ permission: sloObjectiveReadPermission, resourceRef }],
        { credentials },
      )
    : [{ result: AuthorizeResult.DENY }];
  if (decision.result !== AuthorizeResult.ALLOW) {
    throw new NotAllowedError(
      `${subject} may not read the states of SLOs for itself`,
    );
  }
}
