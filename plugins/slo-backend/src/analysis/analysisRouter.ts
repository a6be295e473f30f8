import { HttpAuthService } from '@backstage/backend-plugin-api';
import { parseInput } from '@shopfloor/plugin-requests-node';
import express from 'express';
import Router from 'express-promise-router';
import { whatIfQuery } from './analysisRequests';
import { SloAnalysisService } from './SloAnalysisService';

/** Translates HTTP. Every route is for people only. */
export function createAnalysisRouter(options: {
  httpAuth: HttpAuthService;
  service: SloAnalysisService;
}): express.Router {
  const { httpAuth, service } = options;
  const router = Router();
  const request = async (req: express.Request) => ({
    credentials: await httpAuth.credentials(req, { allow: ['user'] }),
  });

  router.get('/slos/:id/what-if', async (req, res) => {
    const who = await request(req);
    const query = parseInput(whatIfQuery, req.query);
    res.json(await service.whatIf({ id: req.params.id, ...query }, who));
  });

  return router;
}
