import { HttpAuthService } from '@backstage/backend-plugin-api';
import { parseInput } from '@shopfloor/plugin-requests-node';
import express from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { ExclusionService } from './ExclusionService';

const moment = z.iso.datetime({
  offset: true,
  error:
    'must be a moment with an offset, such as 2026-11-24T22:00:00Z or 2026-11-24T23:00:00+01:00',
});
const stretch = { from: moment, to: moment };
const previewQuery = z.strictObject(stretch);
const askBody = z.strictObject({
  ...stretch,
  reason: z
    .string({ error: 'must be given' })
    .trim()
    .min(10, 'must say why, in at least 10 characters')
    .max(1000),
});
const actParams = z.object({
  id: z.string(),
  exclusionId: z.uuid(),
  act: z.enum(['withdraw', 'remove']),
});
const actBody = z.strictObject({
  comment: z.string().trim().max(1000).optional(),
});

/** Translates HTTP. Every route is for people only. */
export function createExclusionsRouter(options: {
  httpAuth: HttpAuthService;
  service: ExclusionService;
}): express.Router {
  const { httpAuth, service } = options;
  const router = Router();
  router.use(express.json());
  const request = async (req: express.Request) => ({
    credentials: await httpAuth.credentials(req, { allow: ['user'] }),
  });

  router.get('/slos/:id/exclusions', async (req, res) => {
    res.json(await service.list(req.params.id, await request(req)));
  });

  router.get('/slos/:id/exclusions/preview', async (req, res) => {
    const who = await request(req);
    const wish = parseInput(previewQuery, req.query);
    res.json(await service.preview({ id: req.params.id, ...wish }, who));
  });

  router.post('/slos/:id/exclusions', async (req, res) => {
    const who = await request(req);
    const wish = parseInput(askBody, req.body);
    res
      .status(201)
      .json(await service.ask({ id: req.params.id, ...wish }, who, req));
  });

  router.post('/slos/:id/exclusions/:exclusionId/:act', async (req, res) => {
    const who = await request(req);
    const act = {
      ...parseInput(actParams, req.params),
      ...parseInput(actBody, req.body ?? {}),
    };
    res.json(await service.act(act, who, req));
  });

  return router;
}
