import {
  problemResponses,
  requireVersion,
  versionTag,
  type ServiceApp,
} from '@shopfloor/service-kit';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import type { CustomerService } from '../domain/CustomerService.ts';
import type { Customer, StoredAddress } from '../domain/types.ts';
import { identityOf } from './identityOf.ts';
import {
  addressBodySchema,
  addressParamsSchema,
  emptyQuerySchema,
  ifMatchHeadersSchema,
  profileBodySchema,
  reference,
} from './schemas.ts';

const config = { access: 'customer' } as const;

function ok<T>(id: string, description: string) {
  return Type.Unsafe<T>({ ...reference<T>(id), description });
}

function versioned<T extends { version: number }>(
  reply: FastifyReply,
  value: T,
): T {
  reply.header('cache-control', 'private, no-cache');
  reply.header('etag', versionTag(value.version));
  return value;
}

/** Registers the profile and the addresses. */
export function registerProfileRoutes(
  app: ServiceApp,
  options: { customers: CustomerService },
): void {
  const { customers } = options;

  app.get(
    '/me',
    {
      config,
      schema: {
        operationId: 'getMe',
        summary: 'This customer; made at first sight',
        tags: ['profile'],
        querystring: emptyQuerySchema,
        response: {
          200: ok<Customer>('Customer', 'The customer.'),
          ...problemResponses(400, 401, 403, 409, 503),
        },
      },
    },
    async (request, reply) =>
      versioned(reply, await customers.see(identityOf(request))),
  );

  app.put(
    '/me',
    {
      config,
      schema: {
        operationId: 'updateMe',
        summary: 'Replace the profile of the version that was read',
        description: 'What is left out is removed.',
        tags: ['profile'],
        querystring: emptyQuerySchema,
        headers: ifMatchHeadersSchema,
        body: profileBodySchema,
        response: {
          200: ok<Customer>('Customer', 'The customer.'),
          ...problemResponses(400, 401, 403, 409, 412, 422, 428, 503),
        },
      },
    },
    async (request, reply) =>
      versioned(
        reply,
        await customers.updateProfile(
          identityOf(request),
          requireVersion(request),
          request.body,
        ),
      ),
  );

  app.get(
    '/me/addresses',
    {
      config,
      schema: {
        operationId: 'listAddresses',
        summary: 'The addresses of this customer',
        tags: ['addresses'],
        querystring: emptyQuerySchema,
        response: {
          200: Type.Object(
            { items: Type.Array(reference<StoredAddress>('Address')) },
            { description: 'In the order in which they were added.' },
          ),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'private, no-cache');
      return { items: await customers.addresses(identityOf(request)) };
    },
  );

  app.post(
    '/me/addresses',
    {
      config,
      schema: {
        operationId: 'addAddress',
        summary: 'Keep another address',
        tags: ['addresses'],
        querystring: emptyQuerySchema,
        body: addressBodySchema,
        response: {
          201: ok<StoredAddress>('Address', 'The address.'),
          ...problemResponses(400, 401, 403, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const address = await customers.addAddress(
        identityOf(request),
        request.body,
      );
      reply.code(201).header('location', `/me/addresses/${address.addressId}`);
      return versioned(reply, address);
    },
  );

  app.get(
    '/me/addresses/:addressId',
    {
      config,
      schema: {
        operationId: 'getAddress',
        summary: 'One address',
        tags: ['addresses'],
        params: addressParamsSchema,
        querystring: emptyQuerySchema,
        response: {
          200: ok<StoredAddress>('Address', 'The address.'),
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) =>
      versioned(
        reply,
        await customers.address(identityOf(request), request.params.addressId),
      ),
  );

  app.put(
    '/me/addresses/:addressId',
    {
      config,
      schema: {
        operationId: 'updateAddress',
        summary: 'Replace the address of the version that was read',
        tags: ['addresses'],
        params: addressParamsSchema,
        querystring: emptyQuerySchema,
        headers: ifMatchHeadersSchema,
        body: addressBodySchema,
        response: {
          200: ok<StoredAddress>('Address', 'The address.'),
          ...problemResponses(400, 401, 403, 404, 412, 428, 503),
        },
      },
    },
    async (request, reply) =>
      versioned(
        reply,
        await customers.updateAddress(
          identityOf(request),
          request.params.addressId,
          { ifVersion: requireVersion(request), address: request.body },
        ),
      ),
  );

  app.delete(
    '/me/addresses/:addressId',
    {
      config,
      schema: {
        operationId: 'deleteAddress',
        summary: 'Forget the address of the version that was read',
        tags: ['addresses'],
        params: addressParamsSchema,
        querystring: emptyQuerySchema,
        headers: ifMatchHeadersSchema,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problemResponses(400, 401, 403, 404, 412, 428, 503),
        },
      },
    },
    async (request, reply) => {
      await customers.deleteAddress(
        identityOf(request),
        request.params.addressId,
        requireVersion(request),
      );
      return reply.code(204).send(null);
    },
  );
}
