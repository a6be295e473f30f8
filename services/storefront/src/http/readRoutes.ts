import {
  matchesEtag,
  problemResponses,
  type ServiceApp,
} from '@shopfloor/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type TSchema } from 'typebox';
import {
  chooseEncoding,
  chooseLanguage,
  type Encoding,
  type Language,
  remembered,
} from '../domain/negotiation.ts';
import { canonicalQuery, wantsFresh } from '../domain/readKey.ts';
import { bodyIn, tagIn } from '../reads/ReadCache.ts';
import type { Read, ReadResult, ShopReads } from '../reads/ShopReads.ts';
import { sendRefusal } from './sendRefusal.ts';
import {
  currency,
  emptyQuery,
  ofService,
  productParams,
  readHeaders,
} from './schemas.ts';

/** Options of {@link registerReadRoutes}. */
export interface ReadRoutesOptions {
  reads: ShopReads;
}

/** Answers may be kept, but are asked about before use: the ETag makes that cheap. */
const CACHE_CONTROL = 'public, no-cache';
const VARY = 'Accept-Encoding, Accept-Language';

const languageOf = remembered<Language>(chooseLanguage);
const encodingOf = remembered<Encoding>(chooseEncoding);

const encodings: Encoding[] = ['br', 'gzip', 'identity'];

const text = (description: string, maxLength = 100) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description }));

const amount = (description: string) =>
  Type.Optional(
    Type.Integer({ minimum: 0, maximum: 9_000_000_000_000, description }),
  );

const page = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  cursor: text('`nextCursor` of the page before. Opaque.', 1000),
};

const listQuery = Type.Object(
  {
    q: text('Text to search for.'),
    category: text('Slug of a category.'),
    minPrice: amount('Lowest price, in the minor unit of the currency.'),
    maxPrice: amount('Highest price, in the minor unit of the currency.'),
    currency,
    sort: Type.Optional(
      Type.Enum(['newest', 'name', 'price', '-price', 'relevance']),
    ),
    ...page,
  },
  { additionalProperties: false },
);

// What product-search takes is its own to say; here it is only bounded.
const searchQuery = Type.Object(
  {},
  {
    additionalProperties: Type.Union([
      Type.String({ maxLength: 1000 }),
      Type.Array(Type.String({ maxLength: 200 }), { maxItems: 20 }),
    ]),
    description: 'As the API of product-search describes it.',
  },
);

/** Registers the reads that all shoppers share. */
export function registerReadRoutes(
  app: ServiceApp,
  { reads }: ReadRoutesOptions,
): void {
  const readOf = (request: FastifyRequest, allowed?: string[]): Read => {
    const query = request.query as Record<string, string>;
    return {
      language: languageOf(request.headers['accept-language']),
      query: canonicalQuery(query, allowed ?? Object.keys(query)),
      fresh: wantsFresh(request.headers['cache-control']),
    };
  };

  const send = (
    request: FastifyRequest,
    reply: FastifyReply,
    { answer, source }: ReadResult,
  ): FastifyReply => {
    if (answer.productsVersion !== undefined && source !== 'hit') {
      reply.header('x-products-version', answer.productsVersion);
    }
    reply.header('x-cache', source);
    if (answer.status !== 200) {
      return sendRefusal(request, reply, answer);
    }
    reply.header('cache-control', CACHE_CONTROL);
    reply.header('vary', VARY);
    reply.header(
      'content-language',
      languageOf(request.headers['accept-language']) === 'zh' ? 'zh-CN' : 'en',
    );
    const { body, encoding } = bodyIn(
      answer,
      encodingOf(request.headers['accept-encoding']),
    );
    if (answer.tag !== '') {
      reply.header('etag', tagIn(answer, encoding));
      const known = request.headers['if-none-match'];
      if (
        known !== undefined &&
        encodings.some(one => matchesEtag(known, tagIn(answer, one)))
      ) {
        return reply.code(304).send();
      }
    }
    if (encoding !== 'identity') {
      reply.header('content-encoding', encoding);
    }
    return reply.header('content-type', answer.contentType).send(body);
  };

  const route = (
    url: string,
    described: {
      operationId: string;
      summary: string;
      querystring: TSchema;
      params?: TSchema;
      response: TSchema;
      problems?: number[];
    },
    read: (request: FastifyRequest) => Promise<ReadResult>,
  ) => {
    const { problems = [400, 429, 503], response, ...rest } = described;
    app.get(
      url,
      {
        config: { access: 'public' },
        schema: {
          ...rest,
          tags: ['reads'],
          headers: readHeaders,
          response: { 200: response, ...problemResponses(...problems) },
        },
      },
      async (request, reply) => send(request, reply, await read(request)),
    );
  };

  route(
    '/api/home',
    {
      operationId: 'getHome',
      summary: 'What the first page of the shop shows',
      querystring: Type.Object({ currency }, { additionalProperties: false }),
      response: Type.Unsafe<unknown>({
        type: 'object',
        description:
          '`categories`, `newest` and `featured`, each as products answers it; parts that are down are named in `unavailable`.',
        required: ['unavailable'],
        properties: {
          categories: { type: 'object' },
          newest: { type: 'object' },
          featured: { type: 'object' },
          unavailable: {
            type: 'array',
            items: { enum: ['categories', 'newest', 'featured'] },
          },
        },
      }),
    },
    request => reads.home(readOf(request)),
  );
  route(
    '/api/products',
    {
      operationId: 'listProducts',
      summary: 'List products',
      querystring: listQuery,
      response: ofService('products', 'One page of products.'),
    },
    request => {
      const read = readOf(request);
      const { q, cursor } = request.query as Record<string, unknown>;
      return reads.passed(read, {
        service: 'products',
        path: '/products',
        // Nobody asks for the same text or the same late page again soon.
        cached: q === undefined && cursor === undefined,
      });
    },
  );
  route(
    '/api/products/:idOrSlug',
    {
      operationId: 'getProduct',
      summary: 'One product with its variants and their stock',
      querystring: Type.Object({ currency }, { additionalProperties: false }),
      params: productParams,
      response: ofService(
        'products',
        'The product, with `availability` (`sku`, `available`, `state`) from inventory; without it `unavailable` names inventory.',
      ),
      problems: [400, 404, 429, 503],
    },
    request =>
      reads.product(
        readOf(request),
        (request.params as { idOrSlug: string }).idOrSlug,
      ),
  );
  route(
    '/api/categories',
    {
      operationId: 'listCategories',
      summary: 'The tree of categories',
      querystring: emptyQuery,
      response: ofService('products', 'The categories.'),
    },
    request =>
      reads.passed(readOf(request), {
        service: 'products',
        path: '/categories',
        cached: true,
      }),
  );
  route(
    '/api/search',
    {
      operationId: 'searchProducts',
      summary: 'Search with typo tolerance and facets',
      querystring: searchQuery,
      response: ofService('product-search', 'What was found.'),
    },
    request =>
      reads.passed(readOf(request), {
        service: 'search',
        path: '/search',
        cached: false,
      }),
  );
  route(
    '/api/search/suggestions',
    {
      operationId: 'suggest',
      summary: 'Suggestions while typing',
      querystring: searchQuery,
      response: ofService('product-search', 'Suggestions.'),
    },
    request =>
      reads.passed(readOf(request), {
        service: 'search',
        path: '/suggestions',
        cached: true,
      }),
  );
}
