import { problemResponses, type ServiceApp } from '@shopfloor/service-kit';
import Type from 'typebox';
import type { RateTable } from '../domain/rateTable.ts';
import type { NewShipment, Shipment } from '../domain/shipment.ts';
import type { ShipmentService } from '../domain/ShipmentService.ts';
import { type ShippingQuote, shippingQuote } from '../domain/shippingQuote.ts';
import type { CustomerRecords, ShipmentStore } from '../store/ShipmentStore.ts';
import {
  answer,
  customerParamsSchema,
  emptyQuerySchema,
  newShipmentBodySchema,
  orderParamsSchema,
  quoteBodySchema,
  reference,
  shipmentParamsSchema,
} from './schemas.ts';

/** Options of {@link registerInternalRoutes}. */
export interface InternalRoutesOptions {
  rates: RateTable;
  shipments: ShipmentService;
  store: ShipmentStore;
  /** Makes a shipment and sees to its carrier. */
  makeShipment: (request: NewShipment) => Promise<{ shipment: Shipment }>;
}

/** What orders and customers call. */
export function registerInternalRoutes(
  app: ServiceApp,
  options: InternalRoutesOptions,
): void {
  const { rates, shipments, store, makeShipment } = options;

  app.post(
    '/shipping-quotes',
    {
      config: { access: 'internal' },
      schema: {
        operationId: 'quoteShipping',
        summary: 'What delivery to a place costs, and how long it takes',
        tags: ['quotes'],
        body: quoteBodySchema,
        response: {
          200: answer<ShippingQuote>('ShippingQuote', 'The ways of delivery.'),
          ...problemResponses(400, 403, 422, 503),
        },
      },
    },
    async request => shippingQuote(rates, request.body),
  );

  app.post(
    '/shipments',
    {
      config: { access: 'internal' },
      schema: {
        operationId: 'createShipment',
        summary: 'Have an order sent; idempotent by shipmentId',
        tags: ['shipments'],
        body: newShipmentBodySchema,
        response: {
          201: answer<Shipment>('Shipment', 'The shipment, as it is now.'),
          ...problemResponses(400, 403, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const { shipment } = await makeShipment(request.body);
      return reply.code(201).send(shipment);
    },
  );

  app.post(
    '/shipments/:shipmentId/cancel',
    {
      config: { access: 'internal' },
      schema: {
        operationId: 'cancelShipment',
        summary: 'Keep a shipment from leaving; idempotent',
        tags: ['shipments'],
        params: shipmentParamsSchema,
        response: {
          200: answer<Shipment>('Shipment', 'The cancelled shipment.'),
          ...problemResponses(400, 403, 404, 409, 503),
        },
      },
    },
    async request => shipments.cancel(request.params.shipmentId),
  );

  app.get(
    '/orders/:orderId/shipments',
    {
      config: { access: 'internal' },
      schema: {
        operationId: 'listShipmentsOfOrder',
        summary: 'The shipments of an order with their tracking',
        tags: ['shipments'],
        params: orderParamsSchema,
        querystring: emptyQuerySchema,
        response: {
          200: Type.Object(
            { items: Type.Array(reference<Shipment>('Shipment')) },
            {
              description:
                'All of them, oldest first; none of an order that is not known here.',
            },
          ),
          ...problemResponses(400, 403, 503),
        },
      },
    },
    async request => ({
      items: await shipments.ofOrder(request.params.orderId),
    }),
  );

  app.get(
    '/exports/:customerId',
    {
      config: { access: 'internal' },
      schema: {
        operationId: 'exportCustomer',
        summary: 'Everything kept about a customer',
        tags: ['privacy'],
        params: customerParamsSchema,
        querystring: emptyQuerySchema,
        response: {
          200: answer<{ service: 'fulfilment'; records: CustomerRecords }>(
            'CustomerExport',
            'What is kept.',
          ),
          ...problemResponses(400, 403, 503),
        },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return {
        service: 'fulfilment' as const,
        records: await store.records(request.params.customerId),
      };
    },
  );
}
