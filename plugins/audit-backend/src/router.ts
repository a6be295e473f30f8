import { HttpAuthService } from '@backstage/backend-plugin-api';
import { InputError, NotAllowedError } from '@backstage/errors';
import { ChangeKind } from '@shopfloor/plugin-audit-common';
import express, { Request } from 'express';
import Router from 'express-promise-router';
import { IncidentKeeper } from './alertmanager/IncidentKeeper';
import { notificationBody } from './alertmanager/notification';
import {
  changesQuery,
  closeBody,
  idPath,
  incidentsQuery,
  openBody,
  parseInput,
  readIdempotencyKey,
  recordBody,
} from './requests';
import { ChangesService } from './service/ChangesService';
import { createTrailRouter } from './trail/trailRouter';
import { TrailService } from './trail/TrailService';
import { TrailStore } from './trail/TrailStore';

/** Plugins that may read everything for themselves. Permissions do not bind services, so they are named. */
const READERS = [
  'checks',
  'phases',
  'scorecards',
  'secrets',
  'slo',
  'traffic',
].map(plugin => `plugin:${plugin}`);

/** Plugins that may tell of changes, and of which. */
const TELLERS: Record<string, ChangeKind[]> = {
  'plugin:traffic': ['traffic'],
  'plugin:secrets': ['secret-grant'],
  'plugin:scaffolder': ['template-run'],
  'plugin:checks': ['configuration'],
  'plugin:scorecards': ['configuration'],
  'plugin:slo': ['configuration'],
};

/** The subject of Alertmanager's token in `backend.auth.externalAccess`. */
const ALERTMANAGER = 'external:alertmanager';

/** Whether programs tell there what is, or becomes, a record of its own; the trail above all, which would have no end. */
export function isToldByProgram(path: string): boolean {
  return /^\/(trail\/acts|changes|alertmanager)(\/|$)/.test(path);
}

/** What the router needs. */
export interface RouterOptions {
  httpAuth: HttpAuthService;
  service: ChangesService;
  keeper: IncidentKeeper;
  trail: { service: TrailService; store: TrailStore };
  now: () => Date;
}

/** Translates HTTP. */
export function createRouter(options: RouterOptions): express.Router {
  const { httpAuth, service, keeper } = options;
  const router = Router();
  // A group of alerts comes whole.
  router.use('/alertmanager', express.json({ limit: '10mb' }));
  router.use(express.json({ limit: '1mb' }));
  router.use(
    '/trail',
    createTrailRouter({ httpAuth, ...options.trail, now: options.now }),
  );

  const person = async (request: Request) => ({
    credentials: await httpAuth.credentials(request, { allow: ['user'] }),
    request,
  });
  const program = async (request: Request) =>
    (await httpAuth.credentials(request, { allow: ['service'] })).principal
      .subject;
  const reader = async (request: Request) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const { principal } = credentials;
    if (principal.type === 'service' && !READERS.includes(principal.subject)) {
      throw new NotAllowedError(
        `${principal.subject} may not read changes and incidents for itself`,
      );
    }
    return credentials;
  };

  router.get('/changes', async (req, res) => {
    const who = await reader(req);
    const query = parseInput(changesQuery, req.query);
    res.json(await service.listChanges(query, who));
  });

  router.get('/changes/:id', async (req, res) => {
    const who = await reader(req);
    res.json(await service.getChange(parseInput(idPath, req.params.id), who));
  });

  router.post('/changes', async (req, res) => {
    const subject = await program(req);
    const kinds = Object.hasOwn(TELLERS, subject) ? TELLERS[subject] : [];
    if (kinds.length === 0) {
      throw new NotAllowedError(`${subject} may not tell of changes`);
    }
    const { changes } = parseInput(recordBody, req.body);
    const other = changes.findIndex(({ kind }) => !kinds.includes(kind));
    if (other >= 0) {
      throw new InputError(
        `changes.${other}.kind: ${subject} tells of ${kinds.join(', ')} only`,
      );
    }
    await service.record(subject.slice('plugin:'.length), changes);
    res.json({ recorded: changes.length });
  });

  router.get('/incidents', async (req, res) => {
    const who = await reader(req);
    const query = parseInput(incidentsQuery, req.query);
    res.json(await service.listIncidents(query, who));
  });

  router.get('/incidents/:id', async (req, res) => {
    const who = await reader(req);
    res.json(await service.getIncident(parseInput(idPath, req.params.id), who));
  });

  router.post('/incidents', async (req, res) => {
    const writer = await person(req);
    const { incident, created } = await service.openIncident(
      {
        ...parseInput(openBody, req.body),
        idempotencyKey: readIdempotencyKey(req.header('idempotency-key')),
      },
      writer,
    );
    res.status(created ? 201 : 200).json(incident);
  });

  router.post('/incidents/:id/close', async (req, res) => {
    const writer = await person(req);
    const id = parseInput(idPath, req.params.id);
    const how = parseInput(closeBody, req.body ?? {});
    res.json(await service.closeIncident(id, how, writer));
  });

  router.post('/alertmanager', async (req, res) => {
    const subject = await program(req);
    if (subject !== ALERTMANAGER) {
      throw new NotAllowedError(`${subject} may not tell of alerts`);
    }
    await keeper.take(parseInput(notificationBody, req.body));
    res.json({});
  });

  return router;
}
