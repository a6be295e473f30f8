import {
  principalOf,
  problemResponses,
  requireVersion,
  type ServiceApp,
  versionTag,
} from '@shopfloor/service-kit';
import type { Reconciliation } from '../background/Reconciliation.ts';
import type { CareService } from '../domain/CareService.ts';
import type { OrderService } from '../domain/OrderService.ts';
import type { OrderReadStore } from '../store/OrderReadStore.ts';
import type { OrderStore } from '../store/OrderStore.ts';
import {
  answer,
  careBodySchema,
  careListQuerySchema,
  ifMatchSchema,
  orderParamsSchema,
  refundBodySchema,
  resolutionBodySchema,
} from './schemas.ts';
import { orderView, pageView } from './views.ts';

/** Options of {@link registerCareRoutes}. */
export interface CareRoutesOptions {
  orders: OrderService;
  care: CareService;
  reads: OrderReadStore;
  store: OrderStore;
  reconciliation: Reconciliation;
  /** Told when something became due. */
  onDue: () => void;
}

/** Registers what staff does with orders that need a person. */
export function registerCareRoutes(
  app: ServiceApp,
  options: CareRoutesOptions,
): void {
  const { care, orders, reads, reconciliation, store, onDue } = options;
  const config = { access: 'staff:care' } as const;

  async function caseFileOf(orderId: string) {
    const order = await orders.get(orderId);
    const [history, moves, returns, disputes] = await Promise.all([
      reads.history(orderId),
      store.listMoves(orderId),
      reads.returns(orderId),
      reads.disputes(orderId),
    ]);
    const money = (amount: number) => ({ amount, currency: order.currency });
    return {
      order: orderView(order),
      careFrom: order.careFrom,
      careReason: order.careReason,
      attempts: order.attempts,
      paymentId: order.paymentId,
      paymentState: order.paymentState,
      shipmentId: order.shipmentId,
      disputed: money(order.disputed),
      moves: moves.map(move => ({ ...move, amount: money(move.amount) })),
      returns,
      disputes: disputes.map(dispute => ({
        ...dispute,
        amount: money(dispute.amount),
      })),
      history,
    };
  }

  app.get(
    '/care/orders',
    {
      config,
      schema: {
        operationId: 'listCareOrders',
        summary: 'Orders by state, newest first',
        tags: ['care'],
        querystring: careListQuerySchema,
        response: {
          200: answer('OrderPage', 'One page.'),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async request => {
      const { cursor, limit, orderNumber, state } = request.query;
      if (orderNumber !== undefined) {
        const id = await reads.findByNumber(orderNumber);
        return pageView(id ? [await orders.get(id)] : [], limit);
      }
      return pageView(await reads.listForCare(state, cursor, limit + 1), limit);
    },
  );

  app.get(
    '/care/orders/:orderId',
    {
      config,
      schema: {
        operationId: 'getCaseFile',
        summary: 'Everything about one order, with its history',
        tags: ['care'],
        params: orderParamsSchema,
        response: {
          200: answer('CaseFile', 'The case file; its ETag is the version.'),
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const file = await caseFileOf(request.params.orderId);
      reply.headers({
        etag: versionTag(file.order.version),
        'cache-control': 'private, no-store',
      });
      return file;
    },
  );

  app.post(
    '/care/orders/:orderId/care',
    {
      config,
      schema: {
        operationId: 'takeIntoCare',
        summary: 'Stop an order and look after it by hand',
        tags: ['care'],
        params: orderParamsSchema,
        headers: ifMatchSchema,
        body: careBodySchema,
        response: {
          200: answer('CaseFile', 'The case file.'),
          ...problemResponses(400, 401, 403, 404, 412, 428, 503),
        },
      },
    },
    async request => {
      const { orderId } = request.params;
      await care.takeIntoCare({
        orderId,
        version: requireVersion(request),
        reason: request.body.reason,
        actor: principalOf(request).subject,
      });
      return caseFileOf(orderId);
    },
  );

  app.post(
    '/care/orders/:orderId/resolutions',
    {
      config,
      schema: {
        operationId: 'resolveOrder',
        summary: 'Decide about an order in care',
        tags: ['care'],
        params: orderParamsSchema,
        headers: ifMatchSchema,
        body: resolutionBodySchema,
        response: {
          200: answer('CaseFile', 'The case file.'),
          ...problemResponses(400, 401, 403, 404, 409, 412, 428, 503),
        },
      },
    },
    async request => {
      const { orderId } = request.params;
      await care.resolve({
        ...request.body,
        orderId,
        version: requireVersion(request),
        actor: principalOf(request).subject,
      });
      onDue();
      return caseFileOf(orderId);
    },
  );

  app.post(
    '/care/orders/:orderId/refunds',
    {
      config,
      schema: {
        operationId: 'refundOrder',
        summary: 'Give money back',
        description:
          'Never more than was captured and is neither refunded nor disputed, however many ask at once.',
        tags: ['care'],
        params: orderParamsSchema,
        body: refundBodySchema,
        response: {
          202: answer('CaseFile', 'The refund is on its way.'),
          ...problemResponses(400, 401, 403, 404, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const { orderId } = request.params;
      const { amount, reason, refundId } = request.body;
      await care.refund({
        orderId,
        refundId,
        amount: amount.amount,
        currency: amount.currency,
        reason,
        actor: principalOf(request).subject,
      });
      onDue();
      return reply.code(202).send(await caseFileOf(orderId));
    },
  );

  app.get(
    '/care/reconciliation',
    {
      config,
      schema: {
        operationId: 'getReconciliation',
        summary:
          'When orders were last compared with payments, and what came of it',
        tags: ['care'],
        response: {
          200: answer('Reconciliation', 'The last run.'),
          ...problemResponses(401, 403, 503),
        },
      },
    },
    async () => (await reconciliation.last()) ?? { running: false },
  );

  app.post(
    '/care/reconciliation',
    {
      config,
      schema: {
        operationId: 'runReconciliation',
        summary: 'Compare now, unless it is being done',
        tags: ['care'],
        response: {
          200: answer('Reconciliation', 'The last run.'),
          ...problemResponses(401, 403, 503),
        },
      },
    },
    async () => {
      await reconciliation.run();
      onDue();
      return (await reconciliation.last()) ?? { running: false };
    },
  );
}
