import {
  chooseLanguage,
  problemResponses,
  type ServiceApp,
} from '@shopfloor/service-kit';
import Type from 'typebox';
import type { ProductService } from '../domain/ProductService.ts';
import type {
  CategoryNode,
  Language,
  Page,
  Product,
  ProductSummary,
} from '../domain/types.ts';
import type { ProductAnswers } from './ProductAnswers.ts';
import {
  emptyQuerySchema,
  listQuerySchema,
  namedSchemas,
  productParamsSchema,
  productQuerySchema,
  readHeadersSchema,
  reference,
} from './schemas.ts';

/** Options of {@link registerProductRoutes}. */
export interface ProductRoutesOptions {
  products: ProductService;
  answers: ProductAnswers;
  ratings: boolean;
}

/** Answers may be kept, but are asked about before use: the ETag makes that cheap. */
const CACHE_CONTROL = 'public, no-cache';

function languageHeaders(language: Language): Record<string, string> {
  return {
    'cache-control': CACHE_CONTROL,
    'content-language': language === 'zh' ? 'zh-CN' : 'en',
    vary: 'Accept-Language',
  };
}

function ok<T>(id: string, description: string) {
  return Type.Unsafe<T>({ ...reference<T>(id), description });
}

/** Registers the reads of products and categories. */
export function registerProductRoutes(
  app: ServiceApp,
  options: ProductRoutesOptions,
): void {
  const { products, answers } = options;
  for (const schema of namedSchemas(options)) {
    app.addSchema(schema);
  }

  app.get(
    '/products',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'listProducts',
        summary: 'Search and list products',
        tags: ['products'],
        querystring: listQuerySchema,
        headers: readHeadersSchema,
        response: {
          200: ok<Page<ProductSummary>>('ProductPage', 'One page of products.'),
          ...problemResponses(400, 503),
        },
      },
    },
    async (request, reply) => {
      const { q, ...filters } = request.query;
      const language = chooseLanguage(request.headers['accept-language']);
      const page = await products.list({ ...filters, text: q, language });
      reply.headers(languageHeaders(language));
      return page;
    },
  );

  app.get(
    '/products/:idOrSlug',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'getProduct',
        summary: 'One product with its variants',
        tags: ['products'],
        params: productParamsSchema,
        querystring: productQuerySchema,
        headers: readHeadersSchema,
        response: {
          200: ok<Product>('Product', 'The product.'),
          ...problemResponses(400, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const language = chooseLanguage(request.headers['accept-language']);
      const { body, etag } = await answers.get(
        {
          idOrSlug: request.params.idOrSlug,
          currency: request.query.currency,
          language,
        },
        product => String(reply.serialize({ ...product })),
      );
      return reply
        .headers({ ...languageHeaders(language), etag })
        .type('application/json; charset=utf-8')
        .send(body as unknown as Product);
    },
  );

  app.get(
    '/categories',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'listCategories',
        summary: 'The tree of categories',
        tags: ['categories'],
        querystring: emptyQuerySchema,
        headers: readHeadersSchema,
        response: {
          200: Type.Object(
            { items: Type.Array(reference<CategoryNode>('Category')) },
            { description: 'The top categories with all below them.' },
          ),
          ...problemResponses(400, 503),
        },
      },
    },
    async (request, reply) => {
      const language = chooseLanguage(request.headers['accept-language']);
      const items = await products.categories(language);
      reply.headers(languageHeaders(language));
      return { items };
    },
  );
}
