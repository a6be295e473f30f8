import {
  chooseLanguage,
  problemResponses,
  type ServiceApp,
} from '@shopfloor/service-kit';
import Type from 'typebox';
import type { SearchService } from '../domain/SearchService.ts';
import type { SearchResults } from '../domain/types.ts';
import {
  readHeadersSchema,
  reference,
  searchQuerySchema,
  suggestionQuerySchema,
} from './schemas.ts';

/** Answers may be kept, but are asked about before use: the ETag makes that cheap. */
const CACHE_CONTROL = 'public, no-cache';

/** Registers what shoppers ask. */
export function registerSearchRoutes(
  app: ServiceApp,
  options: { search: SearchService },
): void {
  const { search } = options;

  app.get(
    '/search',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'searchProducts',
        summary: 'Find products by text and facets',
        tags: ['search'],
        querystring: searchQuerySchema,
        headers: readHeadersSchema,
        response: {
          200: Type.Unsafe<SearchResults>({
            ...reference<SearchResults>('SearchResults'),
            description: 'One page of products, with what narrows the list.',
          }),
          ...problemResponses(400, 503),
        },
      },
    },
    async (request, reply) => {
      const { q, category, brand, ...rest } = request.query;
      const language = chooseLanguage(request.headers['accept-language']);
      const results = await search.search({
        ...rest,
        text: q,
        categories: category,
        brands: brand,
        language,
      });
      reply.headers({
        'cache-control': CACHE_CONTROL,
        'content-language': language === 'zh' ? 'zh-CN' : 'en',
        vary: 'Accept-Language',
      });
      return results;
    },
  );

  app.get(
    '/suggestions',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'suggestProducts',
        summary: 'Names of products that go on as the text begins',
        tags: ['search'],
        querystring: suggestionQuerySchema,
        response: {
          200: Type.Object(
            { items: Type.Array(Type.Object({ text: Type.String() })) },
            { description: 'In the language of the text, shortest first.' },
          ),
          ...problemResponses(400, 503),
        },
      },
    },
    async (request, reply) => {
      const { q, limit } = request.query;
      const found = await search.suggest({ text: q, limit });
      reply.header('cache-control', CACHE_CONTROL);
      return { items: found.map(value => ({ text: value })) };
    },
  );
}
