import {
  newId,
  NotFoundError,
  principalOf,
  problemResponses,
  type ServiceApp,
} from '@shopfloor/service-kit';
import Type, { type Static } from 'typebox';
import type { Rebuild, RebuildStore } from '../store/RebuildStore.ts';
import type { SourceStore } from '../store/SourceStore.ts';
import {
  rebuildBodySchema,
  rebuildListSchema,
  rebuildParamsSchema,
  reference,
} from './schemas.ts';

/** Options of {@link registerRebuildRoutes}. */
export interface RebuildRoutesOptions {
  rebuilds: RebuildStore;
  store: Pick<SourceStore, 'waitingFor'>;
  /** Told that there is something to do. */
  onRequested: () => void;
}

const rebuildSchema = reference<unknown>('Rebuild');

function notFound(id: string): NotFoundError {
  return new NotFoundError({
    code: 'rebuild-not-found',
    message: `There is no rebuild ${id}.`,
  });
}

/** Registers the rebuilds of the index, for staff. */
export function registerRebuildRoutes(
  app: ServiceApp,
  options: RebuildRoutesOptions,
): void {
  const { rebuilds, store, onRequested } = options;
  const config = { access: 'staff:catalog-admin' as const };

  const show = async (rebuild: Rebuild) => ({
    rebuildId: rebuild.id,
    state: rebuild.state,
    generation: rebuild.generation,
    reason: rebuild.reason,
    requestedBy: rebuild.requestedBy,
    requestedAt: rebuild.requestedAt.toISOString(),
    finishedAt: rebuild.finishedAt?.toISOString(),
    progress: {
      copied: rebuild.copied,
      replayed: rebuild.replayed,
      waiting:
        rebuild.generation === undefined
          ? 0
          : await store.waitingFor(rebuild.generation),
      documents: rebuild.documents,
    },
    lastError: rebuild.lastError,
  });

  app.post(
    '/admin/rebuilds',
    {
      config,
      schema: {
        operationId: 'requestRebuild',
        summary: 'Build the index anew beside the one that serves',
        description:
          'Answers with the rebuild under way when there is one: there is one at a time.',
        tags: ['rebuilds'],
        body: rebuildBodySchema,
        response: {
          200: { ...rebuildSchema, description: 'The one under way.' },
          202: { ...rebuildSchema, description: 'It will be carried out.' },
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async (request, reply) => {
      const { reason } = request.body as Static<typeof rebuildBodySchema>;
      const { rebuild, isNew } = await rebuilds.request({
        id: newId(),
        requestedBy: principalOf(request).subject,
        reason,
      });
      onRequested();
      reply.code(isNew ? 202 : 200);
      reply.header('location', `/admin/rebuilds/${rebuild.id}`);
      return show(rebuild);
    },
  );

  app.get(
    '/admin/rebuilds',
    {
      config,
      schema: {
        operationId: 'listRebuilds',
        summary: 'Rebuilds, newest first',
        tags: ['rebuilds'],
        querystring: rebuildListSchema,
        response: {
          200: Type.Object(
            { items: Type.Array(rebuildSchema) },
            { description: 'The newest rebuilds.' },
          ),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async request => {
      const found = await rebuilds.list(request.query.limit);
      return { items: await Promise.all(found.map(show)) };
    },
  );

  app.get(
    '/admin/rebuilds/:rebuildId',
    {
      config,
      schema: {
        operationId: 'getRebuild',
        summary: 'How far a rebuild is',
        tags: ['rebuilds'],
        params: rebuildParamsSchema,
        response: {
          200: { ...rebuildSchema, description: 'The rebuild.' },
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async request => {
      const { rebuildId } = request.params;
      const rebuild = await rebuilds.find(rebuildId);
      if (!rebuild) {
        throw notFound(rebuildId);
      }
      return show(rebuild);
    },
  );

  app.post(
    '/admin/rebuilds/:rebuildId/cancel',
    {
      config,
      schema: {
        operationId: 'cancelRebuild',
        summary: 'Give a rebuild up; what serves goes on',
        description: 'One that is over stays as it is.',
        tags: ['rebuilds'],
        params: rebuildParamsSchema,
        response: {
          200: { ...rebuildSchema, description: 'The rebuild as it is now.' },
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async request => {
      const { rebuildId } = request.params;
      const rebuild = await rebuilds.cancel(rebuildId);
      if (!rebuild) {
        throw notFound(rebuildId);
      }
      onRequested();
      return show(rebuild);
    },
  );
}
