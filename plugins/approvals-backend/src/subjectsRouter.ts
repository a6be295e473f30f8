import { HttpAuthService } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { parseInput } from '@shopfloor/plugin-requests-node';
import express from 'express';
import Router from 'express-promise-router';
import {
  acknowledgeBody,
  idParams,
  outcomesQuery,
  subjectBody,
  subjectQuery,
  subjectWithdrawBody,
} from './requests';
import { SubjectService } from './service/SubjectService';

const DEFAULT_OUTCOMES = 100;

/**
 * Translates HTTP of plugins that own subjects. Permissions do not bind services, so a plugin reaches only what it asked for
 * itself, and asks only under a policy that names it.
 */
export function createSubjectsRouter(options: {
  httpAuth: HttpAuthService;
  subjects: SubjectService;
}): express.Router {
  const { httpAuth, subjects } = options;
  const router = Router();
  router.use('/subjects', express.json({ limit: '5mb' }));
  router.use('/outcomes', express.json({ limit: '50kb' }));

  const pluginOf = async (req: express.Request): Promise<string> => {
    const { principal } = await httpAuth.credentials(req, {
      allow: ['service'],
    });
    const [, plugin] = /^plugin:([a-z0-9-]+)$/.exec(principal.subject) ?? [];
    if (!plugin) {
      throw new NotAllowedError(
        `${principal.subject} is no plugin, and owns no subjects`,
      );
    }
    return plugin;
  };

  const asked = async (req: express.Request) => {
    const plugin = await pluginOf(req);
    const { requestKey, ...input } = parseInput(subjectBody, req.body);
    return { plugin, input, requestKey, httpRequest: req };
  };

  router.post('/subjects/requests', async (req, res) => {
    res.json(await subjects.request(await asked(req)));
  });

  router.post('/subjects/supersede', async (req, res) => {
    res.json(await subjects.supersede(await asked(req)));
  });

  router.get('/subjects/requests', async (req, res) => {
    const plugin = await pluginOf(req);
    const key = parseInput(subjectQuery, req.query);
    res.json({ items: await subjects.list({ plugin, ...key }) });
  });

  router.post('/subjects/requests/:id/withdraw', async (req, res) => {
    const plugin = await pluginOf(req);
    const { id } = parseInput(idParams, req.params);
    const { reason } = parseInput(subjectWithdrawBody, req.body);
    res.json(await subjects.withdraw({ plugin, id, reason, httpRequest: req }));
  });

  router.get('/outcomes', async (req, res) => {
    const plugin = await pluginOf(req);
    const { after = 0, limit = DEFAULT_OUTCOMES } = parseInput(
      outcomesQuery,
      req.query,
    );
    res.json({ items: await subjects.outcomes({ plugin, after, limit }) });
  });

  router.post('/outcomes/acknowledge', async (req, res) => {
    const plugin = await pluginOf(req);
    const { positions } = parseInput(acknowledgeBody, req.body);
    await subjects.acknowledge({ plugin, positions });
    res.json({});
  });

  return router;
}
