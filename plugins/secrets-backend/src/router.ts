import {
  AuditorService,
  HttpAuthService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { auditRefusals, parseInput } from '@shopfloor/plugin-requests-node';
import express, { Request } from 'express';
import Router from 'express-promise-router';
import {
  actBodies,
  askBody,
  decisionBody,
  entityParams,
  entityQuery,
  grantRequest,
  grantsQuery,
  idempotencyKey,
  idParams,
  reviewBody,
  rotationBody,
  rotationsQuery,
} from './requests';
import { EntityService } from './service/EntityService';
import { ActOptions, GrantService } from './service/GrantService';
import { ReviewService } from './service/ReviewService';
import { RotationService } from './service/RotationService';

/** What the router needs. */
export interface RouterOptions {
  auditor: AuditorService;
  logger: LoggerService;
  httpAuth: HttpAuthService;
  entities: EntityService;
  grants: GrantService;
  reviews: ReviewService;
  rotations: RotationService;
}

/** Translates HTTP; every route is for signed-in people alone. */
export function createRouter(options: RouterOptions): express.Router {
  const { httpAuth, entities, grants, reviews, rotations } = options;
  const router = Router();
  router.use(express.json({ limit: '50kb' }));

  const user = (req: Request) => httpAuth.credentials(req, { allow: ['user'] });
  const acting = async (req: Request): Promise<ActOptions> => ({
    credentials: await user(req),
    httpRequest: req,
    idempotencyKey: parseInput(idempotencyKey, req.header('idempotency-key')),
  });
  const idOf = (req: Request) => parseInput(idParams, req.params).id;

  router.get('/environments', async (req, res) => {
    res.json({ items: await entities.environments(await user(req)) });
  });

  router.get('/entities/:kind/:namespace/:name/secrets', async (req, res) => {
    const credentials = await user(req);
    const { environment } = parseInput(entityQuery, req.query);
    const entityRef = stringifyEntityRef(parseInput(entityParams, req.params));
    res.json(await entities.secretsOf({ entityRef, environment }, credentials));
  });

  router.post('/previews', async (req, res) => {
    const credentials = await user(req);
    const request = parseInput(grantRequest, req.body);
    res.json(await grants.preview(request, credentials));
  });

  router.post('/grants', async (req, res) => {
    const who = await acting(req);
    res.status(201).json(await grants.ask(parseInput(askBody, req.body), who));
  });

  router.get('/grants', async (req, res) => {
    const credentials = await user(req);
    const filter = parseInput(grantsQuery, req.query);
    res.json(await grants.list(filter, credentials));
  });

  router.get('/grants/:id', async (req, res) => {
    const credentials = await user(req);
    res.json(await grants.get(idOf(req), credentials));
  });

  router.get('/grants/:id/blast-radius', async (req, res) => {
    const credentials = await user(req);
    res.json(await grants.blastRadius(idOf(req), credentials));
  });

  router.post('/grants/:id/withdraw', async (req, res) => {
    const who = await acting(req);
    parseInput(actBodies.withdraw, req.body);
    res.json(await grants.withdraw(idOf(req), who));
  });

  router.post('/grants/:id/renew', async (req, res) => {
    const who = await acting(req);
    const body = parseInput(actBodies.renew, req.body);
    res.json(await grants.renew({ id: idOf(req), ...body }, who));
  });

  router.post('/grants/:id/revoke', async (req, res) => {
    const who = await acting(req);
    const body = parseInput(actBodies.revoke, req.body);
    res.json(await grants.revoke({ id: idOf(req), ...body }, who));
  });

  router.post('/grants/:id/prove', async (req, res) => {
    const who = await acting(req);
    parseInput(actBodies.prove, req.body);
    res.json(await grants.prove(idOf(req), who));
  });

  for (const act of ['repair', 'accept', 'retry'] as const) {
    router.post(`/grants/:id/${act}`, async (req, res) => {
      const who = await acting(req);
      parseInput(actBodies[act], req.body);
      res.json(await grants.plain(idOf(req), act, who));
    });
  }

  router.get('/rotations', async (req, res) => {
    const credentials = await user(req);
    const filter = parseInput(rotationsQuery, req.query);
    res.json(await rotations.list(filter, credentials));
  });

  router.post('/rotations/:id/done', async (req, res) => {
    const who = await acting(req);
    const body = parseInput(rotationBody, req.body);
    res.json(await rotations.finish({ id: idOf(req), ...body }, who));
  });

  router.get('/reviews', async (req, res) => {
    res.json(await reviews.list(await user(req)));
  });

  router.get('/reviews/:id', async (req, res) => {
    const credentials = await user(req);
    res.json(await reviews.get(idOf(req), credentials));
  });

  router.post('/reviews', async (req, res) => {
    const who = await acting(req);
    const body = parseInput(reviewBody, req.body);
    res.status(201).json(await reviews.open(body, who));
  });

  router.post('/reviews/:id/decisions', async (req, res) => {
    const who = await acting(req);
    const body = parseInput(decisionBody, req.body);
    res.json(await reviews.decide({ id: idOf(req), ...body }, who));
  });

  return auditRefusals(router, {
    auditor: options.auditor,
    logger: options.logger,
    except: path => path === '/previews',
  });
}
