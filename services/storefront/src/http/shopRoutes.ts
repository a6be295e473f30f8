import {
  type AccessRule,
  principalOf,
  problemResponses,
  type ServiceApp,
  type ServiceClient,
} from '@shopfloor/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type TSchema } from 'typebox';
import type { Dependency } from '../config.ts';
import type { SessionService } from '../session/SessionService.ts';
import { answerWith, ask, rawQuery } from './passOn.ts';
import { bodyFor, emptyBodyFor, idParams, ofService } from './schemas.ts';

const NOTHING = 'nothing';

/** A route whose requests and answers are passed on as they are. */
interface PassedRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Here, and at the service: the same path without `/api`. */
  path: string;
  service: Dependency;
  access: AccessRule;
  operationId: string;
  summary: string;
  tag: string;
  params?: TSchema;
  /** What the body is; `nothing`: it may be left out; absent: there is none. */
  body?: string;
  /** Status of success besides 200. */
  status?: number[];
  /** Problems besides 400, 401, 429 and 503. */
  problems?: number[];
  /** The service asks for an Idempotency-Key. */
  keyed?: boolean;
}

const order = idParams('orderId');

const ORDERS: PassedRoute[] = [
  {
    method: 'POST',
    path: '/quotes',
    operationId: 'createQuote',
    summary: 'What the cart would cost, bound until it expires',
    body: 'Cart, address, delivery and promotions.',
    status: [201],
    problems: [404, 409, 422],
  },
  {
    method: 'POST',
    path: '/orders',
    operationId: 'placeOrder',
    summary: 'Place an order; with one key it is placed once',
    body: 'The quote and a payment token. Card data never comes here.',
    status: [201, 202],
    problems: [402, 404, 409, 422, 504],
    keyed: true,
  },
  {
    method: 'GET',
    path: '/orders',
    operationId: 'listOrders',
    summary: 'The shopper’s orders',
  },
  {
    method: 'GET',
    path: '/orders/:orderId',
    operationId: 'getOrder',
    summary: 'One order',
    params: order,
    problems: [404],
  },
  {
    method: 'POST',
    path: '/orders/:orderId/cancel',
    operationId: 'cancelOrder',
    summary: 'Cancel an order that has not been shipped',
    params: order,
    body: 'A reason.',
    status: [202],
    problems: [404, 409],
  },
  {
    method: 'POST',
    path: '/orders/:orderId/returns',
    operationId: 'requestReturn',
    summary: 'Ask to send goods back',
    params: order,
    body: 'Lines and reason.',
    status: [201, 202],
    problems: [404, 409, 422],
  },
  {
    method: 'POST',
    path: '/orders/:orderId/payment-returns',
    operationId: 'returnFromPayment',
    summary: 'The shopper came back from the payment page: look again',
    params: order,
    body: 'Nothing of it is believed; it only makes the order look.',
    status: [202],
    problems: [404],
  },
].map(route => ({
  ...route,
  service: 'orders',
  access: 'shopper',
  tag: 'orders',
})) as PassedRoute[];

const ME: PassedRoute[] = [
  { method: 'GET', path: '/me', operationId: 'getMe', summary: 'The profile' },
  {
    method: 'PUT',
    path: '/me',
    operationId: 'putMe',
    summary: 'Replace the profile',
    body: 'The profile.',
    problems: [412, 422, 428],
  },
  {
    method: 'GET',
    path: '/me/addresses',
    operationId: 'listAddresses',
    summary: 'The addresses',
  },
  {
    method: 'POST',
    path: '/me/addresses',
    operationId: 'createAddress',
    summary: 'Add an address',
    body: 'The address.',
    status: [201],
    problems: [409, 422],
  },
  {
    method: 'GET',
    path: '/me/addresses/:addressId',
    operationId: 'getAddress',
    summary: 'One address',
    params: idParams('addressId'),
    problems: [404],
  },
  {
    method: 'PUT',
    path: '/me/addresses/:addressId',
    operationId: 'putAddress',
    summary: 'Replace an address',
    params: idParams('addressId'),
    body: 'The address.',
    status: [201],
    problems: [404, 412, 422, 428],
  },
  {
    method: 'DELETE',
    path: '/me/addresses/:addressId',
    operationId: 'deleteAddress',
    summary: 'Remove an address',
    params: idParams('addressId'),
    status: [204],
    problems: [404, 412, 428],
  },
  {
    method: 'GET',
    path: '/me/consents',
    operationId: 'listConsents',
    summary: 'What the customer agreed to',
  },
  {
    method: 'POST',
    path: '/me/consents',
    operationId: 'recordConsent',
    summary: 'Record one decision',
    body: 'The decision.',
    status: [201],
    problems: [409, 422],
  },
  {
    method: 'GET',
    path: '/me/consents/history',
    operationId: 'listConsentHistory',
    summary: 'Every decision there was',
  },
  {
    method: 'POST',
    path: '/me/claims',
    operationId: 'claimOrders',
    summary: 'Take over orders placed as a guest with the verified e-mail',
    body: NOTHING,
    status: [201, 202],
    problems: [409, 422],
  },
  {
    method: 'POST',
    path: '/me/exports',
    operationId: 'requestExport',
    summary: 'Ask for everything the shop keeps of the customer',
    body: NOTHING,
    status: [201, 202],
    problems: [409],
  },
  {
    method: 'GET',
    path: '/me/exports',
    operationId: 'listExports',
    summary: 'The exports',
  },
  {
    method: 'GET',
    path: '/me/exports/:exportId',
    operationId: 'getExport',
    summary: 'The export, when it is ready',
    params: idParams('exportId'),
    status: [202],
    problems: [404],
  },
  {
    method: 'POST',
    path: '/me/exports/:exportId/download',
    operationId: 'downloadExport',
    summary: 'Everything, once it is ready',
    params: idParams('exportId'),
    body: NOTHING,
    problems: [404, 409],
  },
  {
    method: 'POST',
    path: '/me/erasures',
    operationId: 'requestErasure',
    summary: 'Ask to be forgotten; ends every session',
    body: NOTHING,
    status: [201, 202],
    problems: [409, 422],
  },
  {
    method: 'GET',
    path: '/me/erasures',
    operationId: 'listErasures',
    summary: 'The erasures',
  },
  {
    method: 'GET',
    path: '/me/erasures/:erasureId',
    operationId: 'getErasure',
    summary: 'How far an erasure is',
    params: idParams('erasureId'),
    problems: [404],
  },
].map(route => ({
  ...route,
  service: 'customers',
  access: 'customer',
  tag: 'me',
})) as PassedRoute[];

/** Every route that is passed on as it is. */
export const PASSED_ROUTES: readonly PassedRoute[] = [...ORDERS, ...ME];

/** Options of {@link registerShopRoutes}. */
export interface ShopRoutesOptions {
  clients: Record<Dependency, ServiceClient>;
  sessions: SessionService;
}

function schemaOf(route: PassedRoute) {
  const { service, status = [], problems = [] } = route;
  const success = (code: number) =>
    code === 204
      ? Type.Null({ description: 'Done.' })
      : ofService(service, 'The answer.');
  return {
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.tag],
    ...(route.params && { params: route.params }),
    ...(route.body && {
      body:
        route.body === NOTHING
          ? emptyBodyFor(service)
          : bodyFor(service, route.body),
    }),
    ...(route.keyed && {
      headers: Type.Object({
        'idempotency-key': Type.String({
          minLength: 8,
          maxLength: 130,
          description:
            'New for each intention, the same when it is sent again.',
        }),
      }),
    }),
    response: {
      ...Object.fromEntries(
        [...new Set([200, ...status])].map(code => [code, success(code)]),
      ),
      ...problemResponses(
        ...[400, 401, ...problems, 429, 503].concat(
          route.access === 'customer' ? [403] : [],
        ),
      ),
    },
  };
}

/** Registers what is passed on. Register it where bodies stay raw. */
export function registerShopRoutes(
  app: ServiceApp,
  { clients, sessions }: ShopRoutesOptions,
): void {
  const handlerOf =
    (route: PassedRoute) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const path = Object.entries(
        (request.params ?? {}) as Record<string, string>,
      ).reduce(
        (pattern, [name, value]) =>
          pattern.replace(`:${name}`, encodeURIComponent(value)),
        route.path,
      );
      const response = await ask(request, {
        client: clients[route.service],
        path: path + rawQuery(request),
        route: route.path,
      });
      if (route.operationId === 'requestErasure' && response.status < 300) {
        // What the storefront keeps of a person is the session.
        await sessions.endAll(principalOf(request).subject);
      }
      return answerWith(reply, response);
    };

  for (const route of PASSED_ROUTES) {
    app.route({
      method: route.method,
      url: `/api${route.path}`,
      config: { access: route.access },
      schema: schemaOf(route),
      handler: handlerOf(route),
    });
  }

  const page = {
    description: 'A page for people, as the API of messages describes it.',
    content: { 'text/html': { schema: Type.String() } },
  };
  // Mail programs follow these links and post to them (RFC 8058), without a session.
  for (const method of ['GET', 'POST'] as const) {
    app.route({
      method,
      url: '/unsubscribe',
      config: { access: 'shopper', byLink: true },
      schema: {
        operationId: method === 'GET' ? 'showUnsubscribe' : 'unsubscribe',
        summary:
          method === 'GET'
            ? 'The page behind the link of a message'
            : 'Get no more such messages',
        tags: ['messages'],
        querystring: Type.Object({
          token: Type.String({ minLength: 1, maxLength: 2000 }),
        }),
        security: [],
        response: { 200: page, 404: page, ...problemResponses(400, 429, 503) },
      },
      handler: async (request, reply) =>
        answerWith(
          reply,
          await ask(request, {
            client: clients.messages,
            path: `/unsubscribe${rawQuery(request)}`,
            route: '/unsubscribe',
            safe: true,
          }),
        ),
    });
  }
}
