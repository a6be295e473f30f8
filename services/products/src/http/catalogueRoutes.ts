import {
  problemResponses,
  requireVersion,
  type ServiceApp,
  versionTag,
} from '@shopfloor/service-kit';
import Type from 'typebox';
import type {
  CatalogueCategory,
  CatalogueEntry,
  CatalogueProduct,
} from '../domain/catalogue.ts';
import type { CatalogueService } from '../domain/CatalogueService.ts';
import type { Page } from '../domain/types.ts';
import {
  archiveBody,
  catalogueQuery,
  categoryBody,
  categoryParams,
  createProductBody,
  ifMatchHeaders,
  productBody,
  productIdParams,
} from './catalogueSchemas.ts';
import { emptyQuerySchema, reference } from './schemas.ts';

const config = { access: 'staff:catalog-admin' } as const;

function ok<T>(id: string, description: string) {
  return Type.Unsafe<T>({ ...reference<T>(id), description });
}

const gone = Type.Null({ description: 'It is gone.' });

/** The version that a write names; undefined when it names none, which makes something new. */
export function optionalVersion(request: {
  headers: Record<string, string | string[] | undefined>;
}): number | undefined {
  return request.headers['if-match'] === undefined
    ? undefined
    : requireVersion(request);
}

/** Registers what staff do to products and categories. */
export function registerCatalogueRoutes(
  app: ServiceApp,
  { catalogue }: { catalogue: CatalogueService },
): void {
  const product = ok<CatalogueProduct>(
    'CatalogueProduct',
    'The product as it is now.',
  );
  const category = ok<CatalogueCategory>(
    'CatalogueCategory',
    'The category as it is now.',
  );

  app.get(
    '/admin/products',
    {
      config,
      schema: {
        operationId: 'listCatalogue',
        summary: 'Products by id, those off sale included',
        tags: ['catalogue'],
        querystring: catalogueQuery,
        response: {
          200: ok<Page<CatalogueEntry>>('CataloguePage', 'One page.'),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async request => {
      const { limit, cursor, state } = request.query;
      return catalogue.list({
        limit,
        after: cursor,
        archived: state && state === 'archived',
      });
    },
  );

  app.post(
    '/admin/products',
    {
      config,
      schema: {
        operationId: 'createProduct',
        summary: 'Make a product',
        description:
          'Idempotent by `productId`. It is sold in a currency once a price list prices a variant.',
        tags: ['catalogue'],
        body: createProductBody,
        response: {
          201: product,
          ...problemResponses(400, 401, 403, 409, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { productId, ...draft } = request.body;
      const made = await catalogue.create(productId, draft);
      return reply
        .code(201)
        .header('etag', versionTag(made.version))
        .send(made);
    },
  );

  app.get(
    '/admin/products/:productId',
    {
      config,
      schema: {
        operationId: 'getCatalogueProduct',
        summary: 'A product in both languages, with its version',
        tags: ['catalogue'],
        params: productIdParams,
        querystring: emptyQuerySchema,
        response: {
          200: product,
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const found = await catalogue.product(request.params.productId);
      reply.header('etag', versionTag(found.version));
      return found;
    },
  );

  app.put(
    '/admin/products/:productId',
    {
      config,
      schema: {
        operationId: 'updateProduct',
        summary: 'Replace a product as a whole',
        description: 'A variant that is left out is deleted with its prices.',
        tags: ['catalogue'],
        params: productIdParams,
        headers: ifMatchHeaders,
        body: productBody,
        response: {
          200: product,
          ...problemResponses(400, 401, 403, 404, 409, 412, 422, 428, 503),
        },
      },
    },
    async (request, reply) => {
      const changed = await catalogue.update(
        request.params.productId,
        requireVersion(request),
        request.body,
      );
      reply.header('etag', versionTag(changed.version));
      return changed;
    },
  );

  app.put(
    '/admin/products/:productId/archived',
    {
      config,
      schema: {
        operationId: 'archiveProduct',
        summary: 'Take a product off sale, or put it back',
        tags: ['catalogue'],
        params: productIdParams,
        headers: ifMatchHeaders,
        body: archiveBody,
        response: {
          200: product,
          ...problemResponses(400, 401, 403, 404, 412, 428, 503),
        },
      },
    },
    async (request, reply) => {
      const changed = await catalogue.setArchived(
        request.params.productId,
        requireVersion(request),
        request.body.archived,
      );
      reply.header('etag', versionTag(changed.version));
      return changed;
    },
  );

  app.delete(
    '/admin/products/:productId',
    {
      config,
      schema: {
        operationId: 'deleteProduct',
        summary: 'Delete a product for good, with prices and reviews',
        tags: ['catalogue'],
        params: productIdParams,
        headers: ifMatchHeaders,
        response: {
          204: gone,
          ...problemResponses(400, 401, 403, 404, 412, 428, 503),
        },
      },
    },
    async (request, reply) => {
      await catalogue.delete(request.params.productId, requireVersion(request));
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/admin/categories/:slug',
    {
      config,
      schema: {
        operationId: 'getCategory',
        summary: 'A category in both languages, with its version',
        tags: ['catalogue'],
        params: categoryParams,
        response: {
          200: category,
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const found = await catalogue.category(request.params.slug);
      reply.header('etag', versionTag(found.version));
      return found;
    },
  );

  app.put(
    '/admin/categories/:slug',
    {
      config,
      schema: {
        operationId: 'putCategory',
        summary: 'Make a category, or change one with If-Match',
        tags: ['catalogue'],
        params: categoryParams,
        headers: ifMatchHeaders,
        body: categoryBody,
        response: {
          200: category,
          ...problemResponses(400, 401, 403, 404, 409, 412, 422, 428, 503),
        },
      },
    },
    async (request, reply) => {
      const put = await catalogue.putCategory(
        request.params.slug,
        optionalVersion(request),
        request.body,
      );
      reply.header('etag', versionTag(put.version));
      return put;
    },
  );

  app.delete(
    '/admin/categories/:slug',
    {
      config,
      schema: {
        operationId: 'deleteCategory',
        summary: 'Delete a category that nothing is in',
        tags: ['catalogue'],
        params: categoryParams,
        headers: ifMatchHeaders,
        response: {
          204: gone,
          ...problemResponses(400, 401, 403, 404, 409, 412, 428, 503),
        },
      },
    },
    async (request, reply) => {
      await catalogue.deleteCategory(
        request.params.slug,
        requireVersion(request),
      );
      return reply.code(204).send(null);
    },
  );
}
