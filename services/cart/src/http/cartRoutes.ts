import {
  principalOf,
  problemResponses,
  requireVersion,
  versionTag,
  type ServiceApp,
} from '@shopfloor/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { CartService, MergedCart } from '../domain/CartService.ts';
import type { Cart, CartSummary } from '../domain/types.ts';
import {
  cartParamsSchema,
  createBodySchema,
  customerParamsSchema,
  emptyQuerySchema,
  ifMatchHeadersSchema,
  lineBodySchema,
  lineParamsSchema,
  mergeBodySchema,
  namedSchemas,
  reference,
  replaceBodySchema,
} from './schemas.ts';

/** Options of {@link registerCartRoutes}. */
export interface CartRoutesOptions {
  carts: CartService;
}

function ok<T>(id: string, description: string) {
  return Type.Unsafe<T>({ ...reference<T>(id), description });
}

/** The key of the cart that a request means: its id and who asks. */
function keyOf(request: FastifyRequest): { cartId: string; owner: string } {
  const { cartId } = request.params as { cartId: string };
  return { cartId, owner: principalOf(request).subject };
}

function withCart(reply: FastifyReply, cart: Cart): Cart {
  // Prices and stock change while the version does not, so nothing may keep the answer.
  reply.header('cache-control', 'private, no-store');
  reply.header('etag', versionTag(cart.version));
  return cart;
}

function optionalVersion(request: FastifyRequest): number | undefined {
  return request.headers['if-match'] === undefined
    ? undefined
    : requireVersion(request);
}

/** Registers what shoppers do with carts, and what other services ask. */
export function registerCartRoutes(
  app: ServiceApp,
  options: CartRoutesOptions,
): void {
  const { carts } = options;
  for (const schema of namedSchemas()) {
    app.addSchema(schema);
  }

  app.post(
    '/carts',
    {
      config: { access: 'shopper' },
      schema: {
        operationId: 'createCart',
        summary: 'A new, empty cart of this shopper',
        tags: ['carts'],
        querystring: emptyQuerySchema,
        body: createBodySchema,
        response: {
          201: ok<Cart>('Cart', 'The cart.'),
          ...problemResponses(400, 401, 403, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const cart = await carts.create({
        owner: principalOf(request).subject,
        ...request.body,
      });
      reply.code(201).header('location', `/carts/${cart.cartId}`);
      return withCart(reply, cart);
    },
  );

  app.get(
    '/carts',
    {
      config: { access: 'shopper' },
      schema: {
        operationId: 'listCarts',
        summary: 'The carts of this shopper, the one used last first',
        tags: ['carts'],
        querystring: emptyQuerySchema,
        response: {
          200: Type.Object(
            { items: Type.Array(reference<CartSummary>('CartSummary')) },
            { description: 'The carts, without their lines.' },
          ),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'private, no-store');
      return { items: await carts.list(principalOf(request).subject) };
    },
  );

  app.get(
    '/carts/:cartId',
    {
      config: { access: 'shopper' },
      schema: {
        operationId: 'getCart',
        summary: 'One cart with the prices of now',
        tags: ['carts'],
        params: cartParamsSchema,
        querystring: emptyQuerySchema,
        response: {
          200: ok<Cart>('Cart', 'The cart.'),
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const cart = await carts.read(keyOf(request));
      // The ETag is of what the shopper edits; prices may be others under the same one, so it is never answered with 304.
      delete request.headers['if-none-match'];
      return withCart(reply, cart);
    },
  );

  app.put(
    '/carts/:cartId',
    {
      config: { access: 'shopper' },
      schema: {
        operationId: 'replaceCart',
        summary: 'Replace country and all lines of the version that was read',
        description:
          'Needs If-Match, since it takes out what it does not name. A single line is better set by itself.',
        tags: ['carts'],
        params: cartParamsSchema,
        querystring: emptyQuerySchema,
        headers: ifMatchHeadersSchema,
        body: replaceBodySchema,
        response: {
          200: ok<Cart>('Cart', 'The cart.'),
          ...problemResponses(400, 401, 403, 404, 412, 422, 428, 503),
        },
      },
    },
    async (request, reply) => {
      const cart = await carts.replace(keyOf(request), {
        ifVersion: requireVersion(request),
        ...request.body,
      });
      return withCart(reply, cart);
    },
  );

  app.put(
    '/carts/:cartId/lines/:sku',
    {
      config: { access: 'shopper' },
      schema: {
        operationId: 'setCartLine',
        summary: 'Set how many of a SKU the cart holds',
        description:
          'Sets and does not add, so it can be repeated. If-Match is not needed: it changes one line alone. It is honoured when it is sent.',
        tags: ['carts'],
        params: lineParamsSchema,
        querystring: emptyQuerySchema,
        headers: ifMatchHeadersSchema,
        body: lineBodySchema,
        response: {
          200: ok<Cart>('Cart', 'The cart.'),
          ...problemResponses(400, 401, 403, 404, 409, 412, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const cart = await carts.setLine(keyOf(request), {
        sku: request.params.sku,
        quantity: request.body.quantity,
        ifVersion: optionalVersion(request),
      });
      return withCart(reply, cart);
    },
  );

  app.post(
    '/carts/:cartId/merges',
    {
      config: { access: 'shopper' },
      schema: {
        operationId: 'mergeCart',
        summary: 'Put another cart into this one, as at sign-in',
        description:
          'Quantities of the same SKU are added up to the caps; the source is closed. The same merge again adds nothing.',
        tags: ['carts'],
        params: cartParamsSchema,
        querystring: emptyQuerySchema,
        body: mergeBodySchema,
        response: {
          200: ok<MergedCart>('MergedCart', 'The cart and what did not fit.'),
          ...problemResponses(400, 401, 403, 404, 409, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const merged = await carts.merge(keyOf(request), request.body.fromCartId);
      withCart(reply, merged.cart);
      return merged;
    },
  );

  app.delete(
    '/carts/:cartId',
    {
      config: { access: 'shopper' },
      schema: {
        operationId: 'deleteCart',
        summary: 'Throw a cart away',
        tags: ['carts'],
        params: cartParamsSchema,
        querystring: emptyQuerySchema,
        headers: ifMatchHeadersSchema,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problemResponses(400, 401, 403, 404, 412, 503),
        },
      },
    },
    async (request, reply) => {
      await carts.delete(keyOf(request), optionalVersion(request));
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/exports/:customerId',
    {
      config: { access: 'internal' },
      schema: {
        operationId: 'exportCustomer',
        summary: 'Everything kept of a customer',
        tags: ['customers'],
        params: customerParamsSchema,
        querystring: emptyQuerySchema,
        response: {
          200: Type.Object(
            {
              service: Type.Literal('cart'),
              records: Type.Object({ carts: Type.Array(Type.Unknown()) }),
            },
            { description: 'The records, as they are stored.' },
          ),
          ...problemResponses(400, 403, 503),
        },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return {
        service: 'cart' as const,
        records: {
          carts: await carts.exportCustomer(request.params.customerId),
        },
      };
    },
  );
}
