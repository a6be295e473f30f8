import { problemResponses, type ServiceApp } from '@shopfloor/service-kit';
import Type from 'typebox';
import type {
  ReceivedReturn,
  Shipment,
  ShipmentWithAddress,
} from '../domain/shipment.ts';
import type { ShipmentService } from '../domain/ShipmentService.ts';
import {
  answer,
  dispatchBodySchema,
  emptyQuerySchema,
  listQuerySchema,
  reference,
  returnBodySchema,
  returnParamsSchema,
  shipmentParamsSchema,
} from './schemas.ts';

const access = 'staff:fulfilment-admin';
const problems = [400, 401, 403, 503];

/** What the people of the warehouse do. */
export function registerStaffRoutes(
  app: ServiceApp,
  options: { shipments: ShipmentService },
): void {
  const { shipments } = options;

  app.get(
    '/shipments',
    {
      config: { access },
      schema: {
        operationId: 'listShipments',
        summary: 'Shipments, newest first',
        tags: ['warehouse'],
        querystring: listQuerySchema,
        response: {
          200: Type.Object(
            {
              items: Type.Array(reference<Shipment>('Shipment')),
              nextCursor: Type.Optional(
                Type.String({ description: 'Absent on the last page.' }),
              ),
            },
            { description: 'One page, without addresses.' },
          ),
          ...problemResponses(...problems),
        },
      },
    },
    async request => shipments.list(request.query),
  );

  app.get(
    '/shipments/:shipmentId',
    {
      config: { access },
      schema: {
        operationId: 'getShipment',
        summary: 'One shipment with its address',
        tags: ['warehouse'],
        params: shipmentParamsSchema,
        querystring: emptyQuerySchema,
        response: {
          200: answer<ShipmentWithAddress>(
            'ShipmentWithAddress',
            'The shipment.',
          ),
          ...problemResponses(...problems, 404),
        },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return shipments.get(request.params.shipmentId);
    },
  );

  app.post(
    '/shipments/:shipmentId/dispatches',
    {
      config: { access },
      schema: {
        operationId: 'dispatchShipment',
        summary: 'A parcel left; idempotent by dispatchId',
        tags: ['warehouse'],
        params: shipmentParamsSchema,
        body: dispatchBodySchema,
        response: {
          200: answer<Shipment>('Shipment', 'The shipment after it.'),
          ...problemResponses(...problems, 404, 409),
        },
      },
    },
    async request =>
      shipments.dispatch(request.params.shipmentId, request.body),
  );

  for (const [path, operationId, summary, command] of [
    ['deliveries', 'deliverShipment', 'Everything arrived', 'deliver'],
    ['losses', 'loseShipment', 'It will not arrive', 'lose'],
  ] as const) {
    app.post(
      `/shipments/:shipmentId/${path}`,
      {
        config: { access },
        schema: {
          operationId,
          summary: `${summary}; idempotent`,
          tags: ['warehouse'],
          params: shipmentParamsSchema,
          response: {
            200: answer<Shipment>('Shipment', 'The shipment after it.'),
            ...problemResponses(...problems, 404, 409),
          },
        },
      },
      async request =>
        shipments[command](
          (request.params as { shipmentId: string }).shipmentId,
        ),
    );
  }

  app.post(
    '/returns',
    {
      config: { access },
      schema: {
        operationId: 'receiveReturn',
        summary: 'Goods came back; idempotent by returnId',
        tags: ['warehouse'],
        body: returnBodySchema,
        response: {
          201: answer<ReceivedReturn>('ReceivedReturn', 'The return.'),
          ...problemResponses(...problems, 409),
        },
      },
    },
    async (request, reply) => {
      const { received } = await shipments.receiveReturn(request.body);
      return reply.code(201).send(received);
    },
  );

  app.get(
    '/returns/:returnId',
    {
      config: { access },
      schema: {
        operationId: 'getReturn',
        summary: 'One return',
        tags: ['warehouse'],
        params: returnParamsSchema,
        querystring: emptyQuerySchema,
        response: {
          200: answer<ReceivedReturn>('ReceivedReturn', 'The return.'),
          ...problemResponses(...problems, 404),
        },
      },
    },
    async request => shipments.getReturn(request.params.returnId),
  );
}
