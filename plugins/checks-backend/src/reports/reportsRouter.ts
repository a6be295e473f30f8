import { HttpAuthService } from '@backstage/backend-plugin-api';
import { entityRef, parseInput } from '@shopfloor/plugin-requests-node';
import express from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { ReportsService } from './ReportsService';
import { REPORT_FORMATS } from './reportTypes';

/** No report is larger, in bytes. */
export const MAX_REPORT_BYTES = 8 * 1024 * 1024;

const upload = z.strictObject({
  format: z.enum(REPORT_FORMATS),
  entity: entityRef('component'),
  commit: z
    .string()
    .regex(/^[0-9a-fA-F]{7,64}$/, 'must be the id of a commit, 7 to 64 digits')
    .transform(id => id.toLocaleLowerCase('en-US')),
});

/** Translates HTTP. For people and pipelines; the body is the report as it is, whatever its media type. */
export function createReportsRouter(options: {
  httpAuth: HttpAuthService;
  service: ReportsService;
}): express.Router {
  const { httpAuth, service } = options;
  const router = Router();

  router.post(
    '/reports/:format',
    // Nobody who is not let in has 8 MiB read.
    async (req, res, next) => {
      res.locals.credentials = await httpAuth.credentials(req, {
        allow: ['user', 'service'],
      });
      next();
    },
    express.text({ type: () => true, limit: MAX_REPORT_BYTES }),
    async (req, res) => {
      const { format, entity, commit } = parseInput(upload, {
        ...req.query,
        ...req.params,
      });
      const report = await service.upload(
        {
          format,
          entityRef: entity,
          commit,
          text: typeof req.body === 'string' ? req.body : '',
        },
        { credentials: res.locals.credentials, http: req },
      );
      res.status(201).json(report);
    },
  );

  return router;
}
