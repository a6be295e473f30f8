import { HttpAuthService } from '@backstage/backend-plugin-api';
import { parseInput } from '@shopfloor/plugin-requests-node';
import express from 'express';
import Router from 'express-promise-router';
import {
  exportQuery,
  rangeQuery,
  reportQuery,
  rollUpQuery,
  whatIfQuery,
} from './analysisRequests';
import { ExportedFile, SloAnalysisService } from './SloAnalysisService';

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

  router.get('/slos/:id/red', async (req, res) => {
    const who = await request(req);
    const query = parseInput(rangeQuery, req.query);
    res.json(await service.red({ id: req.params.id, ...query }, who));
  });

  router.get('/slos/:id/events', async (req, res) => {
    const who = await request(req);
    const query = parseInput(rangeQuery, req.query);
    res.json(await service.events({ id: req.params.id, ...query }, who));
  });

  router.get('/slos/:id/export', async (req, res) => {
    const who = await request(req);
    sendFile(res, await service.export({ id: req.params.id }, who));
  });

  router.get('/export', async (req, res) => {
    const who = await request(req);
    sendFile(
      res,
      await service.export(parseInput(exportQuery, req.query), who),
    );
  });

  router.get('/roll-ups', async (req, res) => {
    const who = await request(req);
    res.json(await service.rollUps(parseInput(rollUpQuery, req.query), who));
  });

  router.get('/report', async (req, res) => {
    const who = await request(req);
    res.json(await service.report(parseInput(reportQuery, req.query), who));
  });

  return router;
}

function sendFile(res: express.Response, { name, content }: ExportedFile) {
  res.attachment(name).type('application/yaml').send(content);
}
