import { problemResponses, type ServiceApp } from '@shopfloor/service-kit';
import Type from 'typebox';
import type { JobService, ShownErasure } from '../domain/JobService.ts';
import type { DataExport, DownloadedExport } from '../store/JobStore.ts';
import { identityOf } from './identityOf.ts';
import {
  emptyBodySchema,
  emptyQuerySchema,
  erasureParamsSchema,
  exportParamsSchema,
  reference,
} from './schemas.ts';

const config = { access: 'customer' } as const;

function ok<T>(id: string, description: string) {
  return Type.Unsafe<T>({ ...reference<T>(id), description });
}

/** Registers exports and erasures across all services. */
export function registerJobRoutes(
  app: ServiceApp,
  options: { jobs: JobService },
): void {
  const { jobs } = options;

  app.post(
    '/me/exports',
    {
      config,
      schema: {
        operationId: 'beginExport',
        summary: 'Collect everything the shop holds of this customer',
        description: 'While one is under way, asking again gives that one.',
        tags: ['exports'],
        querystring: emptyQuerySchema,
        body: emptyBodySchema,
        response: {
          202: ok<DataExport>('DataExport', 'It is being collected.'),
          ...problemResponses(400, 401, 403, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const begun = await jobs.beginExport(identityOf(request));
      reply.code(202).header('location', `/me/exports/${begun.exportId}`);
      return begun;
    },
  );

  app.get(
    '/me/exports',
    {
      config,
      schema: {
        operationId: 'listExports',
        summary: 'The exports of this customer, the newest first',
        tags: ['exports'],
        querystring: emptyQuerySchema,
        response: {
          200: Type.Object(
            { items: Type.Array(reference<DataExport>('DataExport')) },
            { description: 'At most 50.' },
          ),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'private, no-cache');
      return { items: await jobs.exports(identityOf(request)) };
    },
  );

  app.get(
    '/me/exports/:exportId',
    {
      config,
      schema: {
        operationId: 'getExport',
        summary: 'How far an export is',
        tags: ['exports'],
        params: exportParamsSchema,
        querystring: emptyQuerySchema,
        response: {
          200: ok<DataExport>('DataExport', 'The export.'),
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'private, no-cache');
      return jobs.export(identityOf(request), request.params.exportId);
    },
  );

  app.post(
    '/me/exports/:exportId/download',
    {
      config,
      schema: {
        operationId: 'downloadExport',
        summary: 'The result, once',
        description:
          'A POST, since it is gone afterwards: nothing may fetch it ahead or again.',
        tags: ['exports'],
        params: exportParamsSchema,
        querystring: emptyQuerySchema,
        body: emptyBodySchema,
        response: {
          200: ok<DownloadedExport>('DownloadedExport', 'Everything.'),
          ...problemResponses(400, 401, 403, 404, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const result = await jobs.download(
        identityOf(request),
        request.params.exportId,
      );
      reply.header('cache-control', 'no-store');
      reply.header(
        'content-disposition',
        `attachment; filename="export-${result.exportId}.json"`,
      );
      return result;
    },
  );

  app.post(
    '/me/erasures',
    {
      config,
      schema: {
        operationId: 'beginErasure',
        summary: 'Erase this customer everywhere',
        description:
          'Cannot be taken back. What is here goes at once; the other services follow. Asking again gives the same erasure.',
        tags: ['erasures'],
        querystring: emptyQuerySchema,
        body: emptyBodySchema,
        response: {
          202: ok<ShownErasure>('Erasure', 'It has begun.'),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async (request, reply) => {
      const begun = await jobs.erase(identityOf(request));
      reply.code(202).header('location', `/me/erasures/${begun.erasureId}`);
      return begun;
    },
  );

  app.get(
    '/me/erasures',
    {
      config,
      schema: {
        operationId: 'listErasures',
        summary: 'The erasures of this customer, the newest first',
        tags: ['erasures'],
        querystring: emptyQuerySchema,
        response: {
          200: Type.Object(
            { items: Type.Array(reference<ShownErasure>('Erasure')) },
            { description: 'At most 50.' },
          ),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'private, no-cache');
      return { items: await jobs.erasures(identityOf(request)) };
    },
  );

  app.get(
    '/me/erasures/:erasureId',
    {
      config,
      schema: {
        operationId: 'getErasure',
        summary: 'How far an erasure is, and what stays by law',
        tags: ['erasures'],
        params: erasureParamsSchema,
        querystring: emptyQuerySchema,
        response: {
          200: ok<ShownErasure>('Erasure', 'The erasure.'),
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'private, no-cache');
      return jobs.erasure(identityOf(request), request.params.erasureId);
    },
  );
}
