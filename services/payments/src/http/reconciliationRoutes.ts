import {
  ConflictError,
  NotFoundError,
  principalOf,
  problemResponses,
  type ServiceApp,
} from '@shopfloor/service-kit';
import Type from 'typebox';
import type {
  Reconciler,
  ReconciliationReport,
} from '../background/Reconciler.ts';
import type {
  Difference,
  ReconciliationStore,
} from '../store/ReconciliationStore.ts';
import * as schemas from './schemas.ts';

/** Options of {@link registerReconciliationRoutes}. */
export interface ReconciliationRoutesOptions {
  reconciler: Reconciler;
  store: ReconciliationStore;
}

/** What finance uses: compare now, look at what differs, close what was dealt with. */
export function registerReconciliationRoutes(
  app: ServiceApp,
  { reconciler, store }: ReconciliationRoutesOptions,
): void {
  app.addSchema(schemas.differenceSchema);
  app.addSchema(schemas.reconciliationSchema);
  const config = { access: 'staff:finance' as const };

  app.post(
    '/reconciliations',
    {
      config,
      schema: {
        operationId: 'reconcile',
        summary: 'Compare our ledger with the provider’s now',
        tags: ['reconciliation'],
        querystring: schemas.emptyQuery,
        response: {
          200: schemas.reference<ReconciliationReport>(
            'Reconciliation',
            'What it found.',
          ),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async () => reconciler.run({ force: true }),
  );

  app.get(
    '/differences',
    {
      config,
      schema: {
        operationId: 'listDifferences',
        summary: 'In what the ledgers differ',
        tags: ['reconciliation'],
        querystring: schemas.differencesQuery,
        response: {
          200: Type.Object(
            {
              items: Type.Array(
                Type.Unsafe<Difference>({ $ref: 'Difference#' }),
              ),
              nextCursor: Type.Optional(Type.String()),
            },
            { description: 'One page, newest first.' },
          ),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async request => {
      const { state, cursor, limit } = request.query;
      const page = await store.list({ state, cursor, limit: limit + 1 });
      const items = page.slice(0, limit);
      return {
        items,
        ...(page.length > limit && {
          nextCursor: items.at(-1)!.differenceId,
        }),
      };
    },
  );

  app.post(
    '/differences/:id/resolutions',
    {
      config,
      schema: {
        operationId: 'resolveDifference',
        summary: 'Close a difference that was dealt with',
        tags: ['reconciliation'],
        params: schemas.paymentParams,
        querystring: schemas.emptyQuery,
        body: schemas.resolutionBody,
        response: {
          200: schemas.reference<Difference>('Difference', 'It is closed.'),
          ...problemResponses(400, 401, 403, 404, 409, 503),
        },
      },
    },
    async request => {
      const { id } = request.params;
      const resolved = await store.resolve(
        id,
        request.body.note,
        principalOf(request).subject,
      );
      if (resolved) {
        return resolved;
      }
      const known = await store.find(id);
      if (!known) {
        throw new NotFoundError({
          code: 'difference-not-found',
          message: `There is no difference ${id}.`,
        });
      }
      throw new ConflictError({
        code: 'difference-not-open',
        message: `Difference ${id} is ${known.state}.`,
      });
    },
  );
}
