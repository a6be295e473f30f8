import { HttpAuthService } from '@backstage/backend-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import express, { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { z } from 'zod';
import { TargetOptions, TrafficService } from './service/TrafficService';

export interface RouterOptions {
  service: TrafficService;
  httpAuth: HttpAuthService;
}

const weights = z
  .array(
    z.object({
      subset: z.string().min(1).max(63),
      weight: z.number().int().min(0).max(100),
    }),
  )
  .min(1)
  .max(20);
const reason = z.string().trim().max(500).optional();
const previewSchema = z.strictObject({ weights });
const changeSchema = z.strictObject({
  weights,
  reason,
  resourceVersion: z.string().min(1).max(64),
  takeOver: z.boolean().optional(),
});
const undoSchema = z.strictObject({ reason });
const idSchema = z.uuid();
const listSchema = z.object({
  entityRef: z.string().min(1),
  environment: z.string().min(1).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
const keySchema = z.string().regex(/^[\x21-\x7e]{8,128}$/);

/** Translates HTTP; every route is for signed-in people alone. */
export function createRouter(options: RouterOptions): Router {
  const { service, httpAuth } = options;
  const router = PromiseRouter();
  router.use(express.json({ limit: '50kb' }));

  const user = (req: Request) => httpAuth.credentials(req, { allow: ['user'] });

  const target = async (req: Request): Promise<TargetOptions> => {
    const { environment, kind, namespace, name } = req.params;
    return {
      environmentName: environment,
      entityRef: stringifyEntityRef({ kind, namespace, name }),
      credentials: await user(req),
    };
  };

  router.get('/environments', async (req, res) => {
    await user(req);
    res.json({ items: service.listEnvironments() });
  });

  router.get('/routes/:environment', async (req, res) => {
    const credentials = await user(req);
    const items = await service.listRoutes(req.params.environment, credentials);
    res.json({ items });
  });

  const route = '/routes/:environment/:kind/:namespace/:name';

  router.get(route, async (req, res) => {
    res.json(await service.getRoute(await target(req)));
  });

  router.post(`${route}/preview`, async (req, res) => {
    const opened = await target(req);
    res.json(await service.preview(opened, parse(previewSchema, req.body)));
  });

  router.post(`${route}/changes`, async (req, res) => {
    const opened = await target(req);
    const change = await service.change(opened, parse(changeSchema, req.body), {
      idempotencyKey: readKey(req),
      httpRequest: req,
    });
    res.status(201).json(change);
  });

  router.get('/changes', async (req, res) => {
    const credentials = await user(req);
    const { entityRef, environment, cursor, limit } = parse(
      listSchema,
      req.query,
    );
    const page = await service.listChanges({
      entityRef,
      limit,
      credentials,
      ...(environment !== undefined && { environmentName: environment }),
      ...(cursor !== undefined && { cursor }),
    });
    res.json(page);
  });

  router.get('/changes/:id', async (req, res) => {
    const credentials = await user(req);
    const id = parse(idSchema, req.params.id);
    res.json(await service.getChange(id, credentials));
  });

  router.post('/changes/:id/undo/preview', async (req, res) => {
    const credentials = await user(req);
    const id = parse(idSchema, req.params.id);
    res.json(await service.previewUndo(id, credentials));
  });

  router.post('/changes/:id/undo', async (req, res) => {
    const credentials = await user(req);
    const change = await service.undo(
      parse(idSchema, req.params.id),
      credentials,
      parse(undoSchema, req.body ?? {}),
      { idempotencyKey: readKey(req), httpRequest: req },
    );
    res.status(201).json(change);
  });

  return router;
}

function readKey(req: Request): string {
  const key = keySchema.safeParse(req.header('idempotency-key'));
  if (!key.success) {
    throw new InputError(
      'Send an Idempotency-Key header of 8 to 128 characters, a new one for each change you mean',
    );
  }
  return key.data;
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) {
    throw new InputError(
      result.error.issues
        .map(({ path, message }) =>
          path.length > 0 ? `${path.join('.')}: ${message}` : message,
        )
        .join('; '),
    );
  }
  return result.data;
}
