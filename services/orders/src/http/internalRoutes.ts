import {
  NotFoundError,
  problemResponses,
  type ServiceApp,
} from '@shopfloor/service-kit';
import Type from 'typebox';
import type { OrderService } from '../domain/OrderService.ts';
import type { OrderReadStore } from '../store/OrderReadStore.ts';
import {
  claimBodySchema,
  exportParamsSchema,
  orderParamsSchema,
  uuid,
} from './schemas.ts';
import { contactView, orderView } from './views.ts';

/** Options of {@link registerInternalRoutes}. */
export interface InternalRoutesOptions {
  orders: OrderService;
  reads: OrderReadStore;
}

const open = Type.Object({}, { additionalProperties: true });

/** Registers what other services ask. */
export function registerInternalRoutes(
  app: ServiceApp,
  { orders, reads }: InternalRoutesOptions,
): void {
  app.get(
    '/orders/:orderId/contact',
    {
      config: { access: 'internal' },
      schema: {
        operationId: 'getOrderContact',
        summary: 'Whom to write to about an order, and what',
        tags: ['internal'],
        params: orderParamsSchema,
        response: {
          200: Type.Unsafe<object>({ ...open, description: 'The contact.' }),
          ...problemResponses(400, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const order = await orders.get(request.params.orderId);
      if (order.erased || order.email === undefined) {
        throw new NotFoundError({
          code: 'contact-erased',
          message: `The contact of order ${order.orderId} was erased.`,
        });
      }
      reply.header('cache-control', 'no-store');
      return contactView(order);
    },
  );

  app.post(
    '/claims',
    {
      config: { access: 'internal' },
      schema: {
        operationId: 'claimOrders',
        summary:
          'Give a customer the guest orders of a verified e-mail address',
        tags: ['internal'],
        body: claimBodySchema,
        response: {
          200: Type.Object(
            { orderIds: Type.Array(uuid) },
            { description: 'The orders that changed hands now.' },
          ),
          ...problemResponses(400, 503),
        },
      },
    },
    async request => ({
      orderIds: await reads.claimGuestOrders(
        request.body.customerId,
        request.body.email,
      ),
    }),
  );

  app.get(
    '/exports/:customerId',
    {
      config: { access: 'internal' },
      schema: {
        operationId: 'exportCustomer',
        summary: 'Everything that orders keeps of a customer',
        tags: ['internal'],
        params: exportParamsSchema,
        response: {
          200: Type.Object(
            { service: Type.String(), records: open },
            { description: 'The records.' },
          ),
          ...problemResponses(400, 503),
        },
      },
    },
    async (request, reply) => {
      const kept = await reads.exportOf(
        `customer:${request.params.customerId}`,
      );
      reply.header('cache-control', 'no-store');
      return {
        service: 'orders',
        records: {
          orders: kept.orders.map(({ returns, ...order }) => ({
            ...orderView(order),
            language: order.language,
            returns,
          })),
          quotes: kept.quotes,
        },
      };
    },
  );
}
