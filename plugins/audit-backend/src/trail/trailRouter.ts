import { HttpAuthService } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { parseInput } from '@shopfloor/plugin-requests-node';
import express, { Request } from 'express';
import Router from 'express-promise-router';
import { idPath } from '../requests';
import { actsAsCsv } from './csv';
import {
  archivesQuery,
  exportQuery,
  intentBody,
  outcomeBody,
  trailQuery,
} from './trailRequests';
import { TrailService } from './TrailService';
import { TrailStore } from './TrailStore';

/** What the router needs. */
export interface TrailRouterOptions {
  httpAuth: HttpAuthService;
  service: TrailService;
  store: TrailStore;
  now: () => Date;
}

/** Translates HTTP. Plugins write, each to a stream of its own; people read. */
export function createTrailRouter(options: TrailRouterOptions): express.Router {
  const { httpAuth, service, store, now } = options;
  const router = Router();

  const person = (req: Request) =>
    httpAuth.credentials(req, { allow: ['user'] });
  const stream = async (req: Request) => {
    const { principal } = await httpAuth.credentials(req, {
      allow: ['service'],
    });
    const [, plugin] =
      /^plugin:([a-z][a-z0-9-]*)$/.exec(principal.subject) ?? [];
    if (!plugin) {
      throw new NotAllowedError(
        `${principal.subject} may not write to the audit trail`,
      );
    }
    return plugin;
  };

  router.post('/acts', async (req, res) => {
    const plugin = await stream(req);
    await store.begin(plugin, parseInput(intentBody, req.body), now());
    res.status(201).json({});
  });

  router.post('/acts/:id/outcome', async (req, res) => {
    const plugin = await stream(req);
    const id = parseInput(idPath, req.params.id);
    await store.end(plugin, id, parseInput(outcomeBody, req.body), now());
    res.status(201).json({});
  });

  router.get('/', async (req, res) => {
    const who = await person(req);
    res.json(await service.list(parseInput(trailQuery, req.query), who));
  });

  router.get('/export', async (req, res) => {
    const who = await person(req);
    const { format, ...query } = parseInput(exportQuery, req.query);
    const { items, totalItems, archivedUntil } = await service.export(
      query,
      who,
      req,
    );
    res.setHeader(
      'content-disposition',
      `attachment; filename="audit-trail.${format}"`,
    );
    res.setHeader('x-total-items', String(totalItems));
    if (archivedUntil) {
      res.setHeader('x-archived-until', archivedUntil);
    }
    if (format === 'csv') {
      res.type('text/csv').send(actsAsCsv(items));
    } else {
      res.json({ totalItems, archivedUntil, items });
    }
  });

  router.get('/archives', async (req, res) => {
    const who = await person(req);
    res.json(await service.archives(parseInput(archivesQuery, req.query), who));
  });

  router.get('/verify', async (req, res) => {
    res.json(await service.verify(await person(req)));
  });

  return router;
}
