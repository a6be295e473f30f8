import {
  principalOf,
  problemResponses,
  type ServiceApp,
} from '@shopfloor/service-kit';
import type {
  Adjustment,
  Receipt,
  StockService,
} from '../domain/StockService.ts';
import type { Movement, Page, SkuStock, Warehouse } from '../domain/types.ts';
import {
  adjustmentBody,
  answer,
  emptyQuery,
  listMovementsQuery,
  listStockQuery,
  receiptBody,
  skuParams,
  warehouseBody,
  warehouseParams,
} from './schemas.ts';

const config = { access: 'staff:stock-admin' } as const;
const tags = ['stock'];

/** Registers what staff see of the stock and do about it. */
export function registerStockRoutes(
  app: ServiceApp,
  { stock }: { stock: StockService },
): void {
  app.get(
    '/stock',
    {
      config,
      schema: {
        operationId: 'listStock',
        summary: 'Stock by SKU and warehouse',
        tags,
        querystring: listStockQuery,
        response: {
          200: answer<Page<SkuStock>>('StockPage', 'SKUs by name.'),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async request => stock.list(request.query),
  );

  app.get(
    '/stock/:sku',
    {
      config,
      schema: {
        operationId: 'getStock',
        summary: 'Stock of one SKU by warehouse',
        tags,
        params: skuParams,
        querystring: emptyQuery,
        response: {
          200: answer<SkuStock>('SkuStock', 'The stock.'),
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async request => stock.get(request.params.sku),
  );

  app.get(
    '/movements',
    {
      config,
      schema: {
        operationId: 'listMovements',
        summary: 'The ledger, newest first',
        tags,
        querystring: listMovementsQuery,
        response: {
          200: answer<Page<Movement>>('MovementPage', 'One page.'),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async request => stock.movements(request.query),
  );

  app.post(
    '/receipts',
    {
      config,
      schema: {
        operationId: 'receiveGoods',
        summary: 'Book goods into a warehouse',
        description: 'Idempotent by `receiptId`.',
        tags,
        body: receiptBody,
        response: {
          201: answer<Receipt>('Receipt', 'Booked.'),
          ...problemResponses(400, 401, 403, 409, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const receipt = await stock.receive(
        request.body,
        principalOf(request).subject,
      );
      return reply.code(201).send(receipt);
    },
  );

  app.post(
    '/adjustments',
    {
      config,
      schema: {
        operationId: 'adjustStock',
        summary: 'Correct what lies in a warehouse, with the reason',
        description:
          'Idempotent by `adjustmentId`. Never takes away what is promised.',
        tags,
        body: adjustmentBody,
        response: {
          201: answer<Adjustment>('Adjustment', 'Corrected.'),
          ...problemResponses(400, 401, 403, 409, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const adjustment = await stock.adjust(
        request.body,
        principalOf(request).subject,
      );
      return reply.code(201).send(adjustment);
    },
  );

  app.get(
    '/warehouses',
    {
      config,
      schema: {
        operationId: 'listWarehouses',
        summary: 'The warehouses in the order of preference',
        tags,
        querystring: emptyQuery,
        response: {
          200: answer<{ items: Warehouse[] }>('Warehouses', 'All of them.'),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async () => ({ items: await stock.warehouses() }),
  );

  app.put(
    '/warehouses/:warehouseId',
    {
      config,
      schema: {
        operationId: 'putWarehouse',
        summary: 'Make or change a warehouse',
        tags,
        params: warehouseParams,
        body: warehouseBody,
        response: {
          200: answer<Warehouse>('Warehouse', 'As it is now.'),
          ...problemResponses(400, 401, 403, 409, 503),
        },
      },
    },
    async request => stock.putWarehouse({ ...request.params, ...request.body }),
  );
}
