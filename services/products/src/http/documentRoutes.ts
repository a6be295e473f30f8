import {
  chooseLanguage,
  problemResponses,
  requireVersion,
  type ServiceApp,
  versionTag,
} from '@shopfloor/service-kit';
import Type from 'typebox';
import type { DocumentService } from '../domain/DocumentService.ts';
import {
  DOCUMENT_KINDS,
  type DocumentRevision,
  type ProductDocument,
} from '../domain/productDocuments.ts';
import { optionalVersion } from './catalogueRoutes.ts';
import { ifMatchHeaders, productIdParams } from './catalogueSchemas.ts';
import {
  emptyQuerySchema,
  productParamsSchema,
  readHeadersSchema,
  reference,
} from './schemas.ts';

const config = { access: 'staff:catalog-admin' } as const;
const tags = ['documents'];

const kind = Type.Enum([...DOCUMENT_KINDS]);
const language = Type.Enum(['en', 'zh']);
const placeParams = Type.Object({
  ...productIdParams.properties,
  kind,
  language,
});
const documentBody = Type.Object(
  {
    title: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$',
    }),
    body: Type.String({
      minLength: 1,
      maxLength: 50_000,
      pattern: '^[^\\u0000]*$',
      description: 'Markdown. Whoever shows it makes it safe.',
    }),
  },
  { additionalProperties: false },
);

function ok<T>(id: string, description: string) {
  return Type.Unsafe<T>({ ...reference<T>(id), description });
}

/** Named schemas of documents. */
export function documentSchemas() {
  return [
    Type.Object(
      {
        productId: Type.String({ format: 'uuid' }),
        kind,
        language,
        title: Type.String(),
        body: Type.String({ description: 'Markdown.' }),
        version: Type.Integer({ minimum: 1, description: 'The ETag.' }),
        updatedAt: Type.String({ format: 'date-time' }),
      },
      { $id: 'ProductDocument' },
    ),
    Type.Object(
      { items: Type.Array(reference('ProductDocument')) },
      { $id: 'ProductDocuments' },
    ),
    Type.Object(
      {
        items: Type.Array(
          Type.Object({
            version: Type.Integer({ minimum: 1 }),
            title: Type.Optional(Type.String()),
            body: Type.Optional(Type.String()),
            updatedAt: Type.String({ format: 'date-time' }),
          }),
        ),
      },
      { $id: 'DocumentHistory' },
    ),
  ];
}

/** Registers what shoppers read about a product, and what staff write. */
export function registerDocumentRoutes(
  app: ServiceApp,
  { documents }: { documents: DocumentService },
): void {
  const place = '/admin/products/:productId/documents/:kind/:language';
  const one = ok<ProductDocument>('ProductDocument', 'As it is now.');

  app.get(
    '/products/:idOrSlug/documents',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'listProductDocuments',
        summary: 'Care instructions and other long texts of a product',
        description:
          'One of each kind, in the language asked for where there is one.',
        tags: ['products'],
        params: productParamsSchema,
        querystring: emptyQuerySchema,
        headers: readHeadersSchema,
        response: {
          200: ok<{ items: ProductDocument[] }>('ProductDocuments', 'By kind.'),
          ...problemResponses(400, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const items = await documents.shown(
        request.params.idOrSlug,
        chooseLanguage(request.headers['accept-language']),
      );
      reply.headers({
        'cache-control': 'public, no-cache',
        vary: 'Accept-Language',
      });
      return { items };
    },
  );

  app.get(
    '/admin/products/:productId/documents',
    {
      config,
      schema: {
        operationId: 'listDocuments',
        summary: 'Every document of a product',
        tags,
        params: productIdParams,
        querystring: emptyQuerySchema,
        response: {
          200: ok<{ items: ProductDocument[] }>('ProductDocuments', 'All.'),
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async request => ({
      items: await documents.list(request.params.productId),
    }),
  );

  app.get(
    place,
    {
      config,
      schema: {
        operationId: 'getDocument',
        summary: 'A document with its version',
        tags,
        params: placeParams,
        response: { 200: one, ...problemResponses(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const found = await documents.get(request.params);
      reply.header('etag', versionTag(found.version));
      return found;
    },
  );

  app.get(
    `${place}/history`,
    {
      config,
      schema: {
        operationId: 'getDocumentHistory',
        summary: 'The versions that are kept, newest first',
        tags,
        params: placeParams,
        response: {
          200: ok<{ items: DocumentRevision[] }>(
            'DocumentHistory',
            'A version without a text is a deletion.',
          ),
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async request => ({ items: await documents.history(request.params) }),
  );

  app.put(
    place,
    {
      config,
      schema: {
        operationId: 'putDocument',
        summary: 'Write a document, or change one with If-Match',
        tags,
        params: placeParams,
        headers: ifMatchHeaders,
        body: documentBody,
        response: {
          200: one,
          ...problemResponses(400, 401, 403, 404, 412, 428, 503),
        },
      },
    },
    async (request, reply) => {
      const put = await documents.put(
        request.params,
        optionalVersion(request),
        request.body,
      );
      reply.header('etag', versionTag(put.version));
      return put;
    },
  );

  app.delete(
    place,
    {
      config,
      schema: {
        operationId: 'deleteDocument',
        summary: 'Delete a document; its history stays',
        tags,
        params: placeParams,
        headers: ifMatchHeaders,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problemResponses(400, 401, 403, 404, 412, 428, 503),
        },
      },
    },
    async (request, reply) => {
      await documents.delete(request.params, requireVersion(request));
      return reply.code(204).send(null);
    },
  );
}
