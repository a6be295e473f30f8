import {
  NotFoundError,
  problemResponses,
  type ServiceApp,
  type ServiceClient,
  type WireResponse,
} from '@shopfloor/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { CartFinder } from '../session/CartFinder.ts';
import { answerWith, ask } from './passOn.ts';
import {
  bodyFor,
  country,
  currency,
  emptyQuery,
  ofService,
  skuParams,
} from './schemas.ts';

/** Options of {@link registerCartRoutes}. */
export interface CartRoutesOptions {
  cart: ServiceClient;
  carts: CartFinder;
  defaultCurrency: string;
}

const newCartQuery = Type.Object(
  { currency, country },
  { additionalProperties: false },
);

const tags = ['cart'];
const cartAnswer = ofService('cart', 'The cart, with its ETag.');

/**
 * Registers the shopper's one cart. Its id is found by the session, so that a page need
 * not keep it. Bodies are passed on as bytes: register it where they stay raw.
 */
export function registerCartRoutes(
  app: ServiceApp,
  { cart, carts, defaultCurrency }: CartRoutesOptions,
): void {
  const config = { access: 'shopper' } as const;
  /** Of what makes a cart where there is none. */
  const makesCart = { ...config, storesSession: true };

  const onCart = (
    request: FastifyRequest,
    cartId: string,
    rest: { path?: string; route?: string } = {},
  ): Promise<WireResponse> =>
    ask(request, {
      client: cart,
      path: `/carts/${cartId}${rest.path ?? ''}`,
      route: `/carts/:cartId${rest.route ?? ''}`,
    });

  const required = async (request: FastifyRequest): Promise<string> => {
    const cartId = await carts.find(request);
    if (cartId === undefined) {
      throw new NotFoundError({
        code: 'cart-not-found',
        message: 'There is no cart yet. Put something in.',
      });
    }
    return cartId;
  };

  const wantedOf = (request: FastifyRequest) => {
    const query = request.query as { currency?: string; country?: string };
    return { ...query, currency: query.currency ?? defaultCurrency };
  };

  app.get(
    '/api/cart',
    {
      config,
      schema: {
        operationId: 'getCart',
        summary: 'The cart',
        tags,
        querystring: emptyQuery,
        response: {
          200: cartAnswer,
          ...problemResponses(400, 401, 404, 429, 503),
        },
      },
    },
    async (request, reply) =>
      answerWith(reply, await onCart(request, await required(request))),
  );

  app.put(
    '/api/cart/lines/:sku',
    {
      config: makesCart,
      schema: {
        operationId: 'setCartLine',
        summary: 'Set how many of a SKU the cart holds; 0 takes it out',
        description:
          'Without a cart one is made, in the currency and for the country of the query.',
        tags,
        params: skuParams,
        querystring: newCartQuery,
        body: bodyFor('cart', '`{ quantity }`.'),
        response: {
          200: cartAnswer,
          ...problemResponses(400, 401, 404, 409, 412, 422, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { sku } = request.params as { sku: string };
      const set = (cartId: string) =>
        onCart(request, cartId, {
          path: `/lines/${encodeURIComponent(sku)}`,
          route: '/lines/:sku',
        });
      const wanted = wantedOf(request);
      const cartId = await carts.findOrCreate(request, wanted);
      const response = await set(cartId);
      if (!isGone(response)) {
        return answerWith(reply, response);
      }
      // It expired, or became part of another.
      return answerWith(
        reply,
        await set(await carts.findOrCreate(request, wanted, cartId)),
      );
    },
  );

  app.put(
    '/api/cart',
    {
      config,
      schema: {
        operationId: 'replaceCart',
        summary: 'Replace all lines at once',
        tags,
        querystring: emptyQuery,
        body: bodyFor('cart', '`{ lines, country }`.'),
        response: {
          200: cartAnswer,
          ...problemResponses(400, 401, 404, 412, 422, 429, 503),
        },
      },
    },
    async (request, reply) =>
      answerWith(reply, await onCart(request, await required(request))),
  );

  app.post(
    '/api/cart',
    {
      config: makesCart,
      schema: {
        operationId: 'createCart',
        summary: 'Begin a new cart in another currency or for another country',
        description:
          'It becomes the cart of the session. The one before is left and expires.',
        tags,
        querystring: newCartQuery,
        response: {
          201: cartAnswer,
          ...problemResponses(400, 401, 409, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { made } = await carts.create(request, wantedOf(request));
      return sendCreated(reply, made);
    },
  );

  app.delete(
    '/api/cart',
    {
      config,
      schema: {
        operationId: 'deleteCart',
        summary: 'Throw the cart away',
        tags,
        querystring: emptyQuery,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problemResponses(400, 401, 404, 412, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const cartId = await required(request);
      const response = await onCart(request, cartId);
      if (response.status === 204 || isGone(response)) {
        await carts.forget(request, cartId);
      }
      return answerWith(reply, response);
    },
  );
}

function isGone({ status, body }: WireResponse): boolean {
  return (
    status === 404 && body.toString('utf8').includes('"code":"cart-not-found"')
  );
}

function sendCreated(reply: FastifyReply, cart: object): FastifyReply {
  const { version } = cart as { version?: number };
  if (version !== undefined) {
    reply.header('etag', `"${version}"`);
  }
  return reply
    .code(201)
    .headers({
      'cache-control': 'private, no-store',
      'content-type': 'application/json; charset=utf-8',
      location: '/api/cart',
    })
    .send(Buffer.from(JSON.stringify(cart)));
}
