import { problemResponses, type ServiceApp } from '@shopfloor/service-kit';
import Type from 'typebox';
import type { CustomerService } from '../domain/CustomerService.ts';
import type { Consent, ConsentState } from '../domain/types.ts';
import { identityOf } from './identityOf.ts';
import {
  consentBodySchema,
  emptyBodySchema,
  emptyQuerySchema,
  historyQuerySchema,
  reference,
} from './schemas.ts';

const config = { access: 'customer' } as const;

/** Registers consents and the claiming of guest orders. */
export function registerConsentRoutes(
  app: ServiceApp,
  options: { customers: CustomerService },
): void {
  const { customers } = options;

  app.get(
    '/me/consents',
    {
      config,
      schema: {
        operationId: 'listConsents',
        summary: 'Where this customer stands with each purpose',
        tags: ['consents'],
        querystring: emptyQuerySchema,
        response: {
          200: Type.Object(
            { items: Type.Array(reference<ConsentState>('ConsentState')) },
            { description: 'Each purpose with the text of today.' },
          ),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'private, no-cache');
      return { items: await customers.consents(identityOf(request)) };
    },
  );

  app.post(
    '/me/consents',
    {
      config,
      schema: {
        operationId: 'recordConsent',
        summary: 'Grant or withdraw a consent, on the text that was shown',
        description:
          'Decisions are appended and never changed. One that says the same as the last is not written again: 200 instead of 201.',
        tags: ['consents'],
        querystring: emptyQuerySchema,
        body: consentBodySchema,
        response: {
          200: Type.Unsafe<Consent>({
            ...reference<Consent>('Consent'),
            description: 'The last decision, which says the same.',
          }),
          201: Type.Unsafe<Consent>({
            ...reference<Consent>('Consent'),
            description: 'The decision.',
          }),
          ...problemResponses(400, 401, 403, 409, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { added, consent } = await customers.recordConsent(
        identityOf(request),
        request.body,
      );
      reply.code(added ? 201 : 200);
      return consent;
    },
  );

  app.get(
    '/me/consents/history',
    {
      config,
      schema: {
        operationId: 'listConsentHistory',
        summary: 'Every decision ever made, the newest first',
        tags: ['consents'],
        querystring: historyQuerySchema,
        response: {
          200: Type.Object(
            {
              items: Type.Array(reference<Consent>('Consent')),
              nextCursor: Type.Optional(Type.String()),
            },
            { description: 'One page of decisions.' },
          ),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'private, no-cache');
      return customers.consentHistory(identityOf(request), request.query);
    },
  );

  app.post(
    '/me/claims',
    {
      config,
      schema: {
        operationId: 'claimOrders',
        summary: 'Take over orders placed as a guest with this e-mail',
        description:
          'Only with an e-mail that the sign-in provider has verified.',
        tags: ['claims'],
        querystring: emptyQuerySchema,
        body: emptyBodySchema,
        response: {
          200: Type.Object(
            { orderIds: Type.Array(Type.String()) },
            { description: 'The orders that are this customer’s now.' },
          ),
          ...problemResponses(400, 401, 403, 409, 503, 504),
        },
      },
    },
    async request => ({
      orderIds: await customers.claim(identityOf(request)),
    }),
  );
}
