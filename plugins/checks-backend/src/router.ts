import { HttpAuthService } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import express from 'express';
import Router from 'express-promise-router';
import { parseInput } from '@shopfloor/plugin-requests-node';
import {
  changesQuery,
  historyQuery,
  listQuery,
  resultQuery,
  runBody,
  runId,
  testBody,
} from './requests';
import { createReportsRouter } from './reports/reportsRouter';
import { ReportsService } from './reports/ReportsService';
import { ChecksService, ReaderRequest } from './service/ChecksService';

/** Plugins that may read everything for themselves. Permissions do not bind services, so they are named. */
const READERS = ['scorecards', 'phases', 'slo', 'traffic'].map(
  plugin => `plugin:${plugin}`,
);

function requireReader({ principal }: ReaderRequest['credentials']): void {
  if (principal.type === 'service' && !READERS.includes(principal.subject)) {
    throw new NotAllowedError(
      `${principal.subject} may not read checks for itself`,
    );
  }
}

/** Translates HTTP. */
export function createRouter(options: {
  httpAuth: HttpAuthService;
  service: ChecksService;
  reports: ReportsService;
}): express.Router {
  const { httpAuth, service, reports } = options;
  const router = Router();
  // Before what reads JSON, since a report in JSON is taken as it is.
  router.use(createReportsRouter({ httpAuth, service: reports }));
  router.use(express.json({ limit: '1mb' }));

  const actor = async (req: express.Request) => ({
    credentials: await httpAuth.credentials(req, {
      allow: ['user', 'service'],
    }),
    http: req,
  });
  const person = async (req: express.Request) => ({
    credentials: await httpAuth.credentials(req, { allow: ['user'] }),
  });
  const reader = async (req: express.Request) => {
    const credentials = await httpAuth.credentials(req, {
      allow: ['user', 'service'],
    });
    requireReader(credentials);
    return { credentials };
  };

  router.get('/definitions', async (req, res) => {
    res.json(await service.listDefinitions(await reader(req)));
  });

  router.get('/collectors', async (req, res) => {
    res.json(await service.listCollectors(await reader(req)));
  });

  router.get('/results', async (req, res) => {
    const who = await reader(req);
    res.json(await service.listResults(parseInput(listQuery, req.query), who));
  });

  router.get('/changes', async (req, res) => {
    requireReader(await httpAuth.credentials(req, { allow: ['service'] }));
    res.json(await service.listChanges(parseInput(changesQuery, req.query)));
  });

  router.get('/result', async (req, res) => {
    const who = await reader(req);
    res.json(await service.getResult(parseInput(resultQuery, req.query), who));
  });

  router.get('/result/history', async (req, res) => {
    const who = await reader(req);
    res.json(await service.history(parseInput(historyQuery, req.query), who));
  });

  router.post('/test', async (req, res) => {
    const who = await person(req);
    res.json(await service.test(parseInput(testBody, req.body), who));
  });

  router.post('/runs', async (req, res) => {
    const who = await actor(req);
    const run = await service.createRun(parseInput(runBody, req.body), who);
    res.status(202).json(run);
  });

  router.get('/runs/:id', async (req, res) => {
    const who = await actor(req);
    res.json(await service.getRun(parseInput(runId, req.params.id), who));
  });

  return router;
}
