import {
  principalOf,
  problemResponses,
  type ServiceApp,
} from '@shopfloor/service-kit';
import type { Reconciler } from '../domain/Reconciler.ts';
import type { Difference, Page, Reconciliation } from '../domain/types.ts';
import { answer, noBody, pageQuery, reconciliationParams } from './schemas.ts';

const config = { access: 'staff:stock-admin' } as const;
const tags = ['reconciliations'];

/** Registers how staff ask for a reconciliation and read its report. */
export function registerReconciliationRoutes(
  app: ServiceApp,
  { reconciler }: { reconciler: Reconciler },
): void {
  app.post(
    '/reconciliations',
    {
      config,
      schema: {
        operationId: 'requestReconciliation',
        summary: 'Compare stock, ledger and reservations, and repair',
        description:
          'It runs in the background; while one is open, that one is given.',
        tags,
        body: noBody,
        response: {
          202: answer<Reconciliation>('Reconciliation', 'It is open.'),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async (request, reply) => {
      const reconciliation = await reconciler.request(
        principalOf(request).subject,
      );
      return reply.code(202).send(reconciliation);
    },
  );

  app.get(
    '/reconciliations',
    {
      config,
      schema: {
        operationId: 'listReconciliations',
        summary: 'Reconciliations, newest first',
        tags,
        querystring: pageQuery,
        response: {
          200: answer<Page<Reconciliation>>('ReconciliationPage', 'One page.'),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async request => reconciler.list(request.query),
  );

  app.get(
    '/reconciliations/:reconciliationId',
    {
      config,
      schema: {
        operationId: 'getReconciliation',
        summary: 'How far a reconciliation is',
        tags,
        params: reconciliationParams,
        response: {
          200: answer<Reconciliation>('Reconciliation', 'The reconciliation.'),
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async request => reconciler.get(request.params.reconciliationId),
  );

  app.get(
    '/reconciliations/:reconciliationId/differences',
    {
      config,
      schema: {
        operationId: 'listDifferences',
        summary: 'What a reconciliation found and did',
        tags,
        params: reconciliationParams,
        querystring: pageQuery,
        response: {
          200: answer<Page<Difference>>('DifferencePage', 'One page.'),
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async request =>
      reconciler.differences({
        id: request.params.reconciliationId,
        ...request.query,
      }),
  );
}
