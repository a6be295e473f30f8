import {
  parseIdempotencyKey,
  principalOf,
  problemResponses,
  type ServiceApp,
  type ServiceMetrics,
} from '@shopfloor/service-kit';
import type { OrderService } from '../domain/OrderService.ts';
import type { PlacementService } from '../domain/PlacementService.ts';
import type { QuoteService } from '../domain/QuoteService.ts';
import type { OrderReadStore } from '../store/OrderReadStore.ts';
import { sendProblemWith } from './problemAnswer.ts';
import {
  answer,
  listQuerySchema,
  orderParamsSchema,
  placeBodySchema,
  placeHeadersSchema,
  quoteBodySchema,
  returnBodySchema,
} from './schemas.ts';
import { orderView, pageView, quoteView } from './views.ts';

/** Options of {@link registerShopperRoutes}. */
export interface ShopperRoutesOptions {
  quotes: QuoteService;
  placement: PlacementService;
  orders: OrderService;
  reads: OrderReadStore;
  metrics: ServiceMetrics;
}

/** Registers what shoppers do: quote, place, look, cancel, send back. */
export function registerShopperRoutes(
  app: ServiceApp,
  options: ShopperRoutesOptions,
): void {
  const { metrics, orders, placement, quotes, reads } = options;

  app.post(
    '/quotes',
    {
      config: { access: 'shopper' },
      schema: {
        operationId: 'createQuote',
        summary: 'What a cart costs, bound for some minutes',
        tags: ['checkout'],
        body: quoteBodySchema,
        response: {
          201: answer('Quote', 'The quote.'),
          ...problemResponses(400, 401, 404, 409, 422, 503, 504),
        },
      },
    },
    async (request, reply) => {
      const { subject } = principalOf(request);
      const quote = await quotes.quote(subject, request.body);
      return reply.code(201).send(quoteView(quote));
    },
  );

  app.post(
    '/orders',
    {
      config: { access: 'shopper' },
      schema: {
        operationId: 'placeOrder',
        summary: 'Place the order of a quote',
        description:
          'One order per Idempotency-Key. The same again answers for the same order as it is by then (`idempotency-replayed: true`); with another body 422 `idempotency-key-reused`; while it is being carried out 409 `request-in-progress`. 409 `quote-expired`, `cart-changed` and `promotion-used-up` bring a `newQuote` when one can be had, `insufficient-stock` names the lines in `errors`, `cart-already-ordered` says that another order has the cart.',
        tags: ['checkout'],
        headers: placeHeadersSchema,
        body: placeBodySchema,
        response: {
          201: answer('Order', 'Confirmed: paid for and its stock is kept.'),
          202: answer(
            'Order',
            'Waits: with `nextAction` for the shopper, without for the provider; reading the order later tells.',
          ),
          ...problemResponses(400, 401, 402, 404, 409, 422, 503, 504),
        },
      },
    },
    async (request, reply) => {
      const { body, headers } = request;
      const result = await placement.place({
        owner: principalOf(request).subject,
        key: parseIdempotencyKey(headers['idempotency-key']),
        quoteId: body.quoteId,
        token: body.payment.token,
        returnUrl: body.returnUrl,
      });
      if (result.kind === 'refused') {
        return sendProblemWith(request, reply, {
          error: result.error,
          members: {
            newQuote: result.newQuote && quoteView(result.newQuote),
          },
          metrics,
        });
      }
      if (result.replayed) {
        reply.header('idempotency-replayed', 'true');
      }
      return reply
        .code(result.kind === 'confirmed' ? 201 : 202)
        .header('location', `/orders/${result.order.orderId}`)
        .send(orderView(result.order, result.nextAction));
    },
  );

  app.get(
    '/orders',
    {
      config: { access: 'shopper' },
      schema: {
        operationId: 'listOrders',
        summary: 'Orders of the shopper, newest first',
        tags: ['orders'],
        querystring: listQuerySchema,
        response: {
          200: answer('OrderPage', 'One page.'),
          ...problemResponses(400, 401, 503),
        },
      },
    },
    async (request, reply) => {
      const { cursor, limit } = request.query;
      const found = await reads.listOwned(
        principalOf(request).subject,
        cursor,
        limit + 1,
      );
      reply.header('cache-control', 'private, no-store');
      return pageView(found, limit);
    },
  );

  app.get(
    '/orders/:orderId',
    {
      config: { access: 'shopper' },
      schema: {
        operationId: 'getOrder',
        summary: 'One order of the shopper',
        tags: ['orders'],
        params: orderParamsSchema,
        response: {
          200: answer('Order', 'The order.'),
          ...problemResponses(400, 401, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const order = await orders.get(
        request.params.orderId,
        principalOf(request).subject,
      );
      reply.header('cache-control', 'private, no-cache');
      return orderView(order);
    },
  );

  app.post(
    '/orders/:orderId/cancel',
    {
      config: { access: 'shopper' },
      schema: {
        operationId: 'cancelOrder',
        summary: 'Cancel before anything has left',
        tags: ['orders'],
        params: orderParamsSchema,
        response: {
          200: answer('Order', 'The order; it may still be taken back.'),
          ...problemResponses(400, 401, 404, 409, 503),
        },
      },
    },
    async request =>
      orderView(
        await orders.cancel(
          request.params.orderId,
          principalOf(request).subject,
        ),
      ),
  );

  app.post(
    '/orders/:orderId/payment-returns',
    {
      config: { access: 'shopper' },
      schema: {
        operationId: 'returnFromPayment',
        summary: 'The shopper came back from the provider: read the payment',
        tags: ['checkout'],
        params: orderParamsSchema,
        response: {
          200: answer('Order', 'The order as it is now.'),
          ...problemResponses(400, 401, 404, 503),
        },
      },
    },
    async request => {
      const { order, nextAction } = await orders.paymentReturned(
        request.params.orderId,
        principalOf(request).subject,
      );
      return orderView(order, nextAction);
    },
  );

  app.post(
    '/orders/:orderId/returns',
    {
      config: { access: 'shopper' },
      schema: {
        operationId: 'requestReturn',
        summary: 'Ask to send goods back',
        tags: ['orders'],
        params: orderParamsSchema,
        body: returnBodySchema,
        response: {
          201: answer('Return', 'The return.'),
          ...problemResponses(400, 401, 404, 409, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { orderId } = request.params;
      await orders.requestReturn({
        ...request.body,
        orderId,
        owner: principalOf(request).subject,
      });
      const all = await reads.returns(orderId);
      return reply
        .code(201)
        .send(all.find(({ returnId }) => returnId === request.body.returnId));
    },
  );
}
