import { HttpAuthService } from '@backstage/backend-plugin-api';
import express from 'express';
import Router from 'express-promise-router';
import { parseInput } from '@shopfloor/plugin-requests-node';
import { historyQuery, listQuery } from './requests';
import { SloService } from './service/SloService';

/** Translates HTTP. Every route is for people only. */
export function createRouter(options: {
  httpAuth: HttpAuthService;
  service: SloService;
}): express.Router {
  const { httpAuth, service } = options;
  const router = Router();
  const request = async (req: express.Request) => ({
    credentials: await httpAuth.credentials(req, { allow: ['user'] }),
  });

  router.get('/slos', async (req, res) => {
    const who = await request(req);
    res.json(await service.list(parseInput(listQuery, req.query), who));
  });

  router.get('/slos/:id', async (req, res) => {
    res.json(await service.get(req.params.id, await request(req)));
  });

  router.get('/slos/:id/history', async (req, res) => {
    const who = await request(req);
    const query = parseInput(historyQuery, req.query);
    res.json(await service.history({ id: req.params.id, ...query }, who));
  });

  return router;
}
