import Type, { type TSchema } from 'typebox';
import { CURRENCIES, SORTS } from '../domain/types.ts';

/** Refers to a schema that the application has by this id. */
export function reference<T>(id: string) {
  return Type.Unsafe<T>({ $ref: `${id}#` });
}

const slugPattern = '^[a-z0-9]+(-[a-z0-9]+)*$';

const text = (description: string) =>
  Type.String({
    minLength: 1,
    maxLength: 100,
    // Something to search for, and no NUL, which PostgreSQL cannot hold.
    pattern: '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$',
    description,
  });

const price = (description: string) =>
  Type.Integer({
    minimum: 0,
    maximum: 9_000_000_000_000,
    description: `${description}, in the minor unit of the currency.`,
  });

/** Query of a search. Unknown parameters are refused, so that a typo is seen. */
export const searchQuerySchema = Type.Object(
  {
    q: Type.Optional(
      text(
        'Text to search for, in English or Chinese; misspellings are forgiven.',
      ),
    ),
    category: Type.Optional(
      Type.Array(Type.String({ maxLength: 100, pattern: slugPattern }), {
        maxItems: 20,
        description:
          'Slugs of categories; a product of any of them counts. May be repeated.',
      }),
    ),
    brand: Type.Optional(
      Type.Array(
        Type.String({
          minLength: 1,
          maxLength: 100,
          pattern: '^[^\\u0000]*$',
        }),
        {
          maxItems: 20,
          description: 'Brands, any of them. May be repeated.',
        },
      ),
    ),
    minPrice: Type.Optional(price('Lowest price')),
    maxPrice: Type.Optional(price('Highest price')),
    minRating: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 5,
        description: 'Lowest average rating.',
      }),
    ),
    inStock: Type.Optional(
      Type.Boolean({ description: 'Whether only what can be had counts.' }),
    ),
    currency: Type.Enum([...CURRENCIES], {
      default: 'EUR',
      description:
        'Price list to show and filter by. What has no price in it is left out.',
    }),
    sort: Type.Optional(
      Type.Enum([...SORTS], {
        description:
          'Order; by relevance with a text, newest first without. `-price` is dearest first.',
      }),
    ),
    limit: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 24,
      description: 'Most items on a page.',
    }),
    cursor: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1000,
        description: '`nextCursor` of the page before. Opaque.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Query of suggestions. */
export const suggestionQuerySchema = Type.Object(
  {
    q: text('What was typed so far.'),
    limit: Type.Integer({ minimum: 1, maximum: 20, default: 8 }),
  },
  { additionalProperties: false },
);

/** Headers every read understands. */
export const readHeadersSchema = Type.Object({
  'accept-language': Type.Optional(
    Type.String({
      description: 'Languages of texts: English or Chinese (zh).',
    }),
  ),
  'if-none-match': Type.Optional(
    Type.String({ description: 'ETag one has; 304 when it is still current.' }),
  ),
});

/** Body of a request for a rebuild. */
export const rebuildBodySchema = Type.Object(
  {
    reason: Type.Optional(
      Type.String({
        minLength: 3,
        maxLength: 500,
        pattern: '^[^\\u0000]*$',
        description: 'Why, for those who look back.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Path of one rebuild. */
export const rebuildParamsSchema = Type.Object({
  rebuildId: Type.String({ format: 'uuid' }),
});

/** Query of the list of rebuilds. */
export const rebuildListSchema = Type.Object(
  { limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }) },
  { additionalProperties: false },
);

/** Named schemas of the API. */
export function namedSchemas(): TSchema[] {
  const count = Type.Integer({ minimum: 0 });
  const money = Type.Object(
    {
      amount: Type.Integer({
        description: 'In the minor unit of the currency, such as cents.',
      }),
      currency: Type.Enum([...CURRENCIES]),
    },
    { $id: 'Money' },
  );
  const found = Type.Object(
    {
      id: Type.String({ format: 'uuid' }),
      slug: Type.String(),
      name: Type.String({ description: 'In the language asked for.' }),
      brand: Type.String(),
      categories: Type.Array(
        Type.Object({ slug: Type.String(), name: Type.String() }),
      ),
      price: Type.Object(
        { from: reference('Money'), to: reference('Money') },
        { description: 'Cheapest and dearest variant.' },
      ),
      rating: Type.Optional(
        Type.Object({ average: Type.Number(), count: Type.Integer() }),
      ),
      inStock: Type.Boolean({
        description: 'Whether any variant can be had, as last told.',
      }),
      sample: Type.Boolean({
        description: 'True for generated sample data, which nobody sells.',
      }),
    },
    { $id: 'FoundProduct' },
  );
  const facetValue = Type.Object(
    {
      value: Type.String({ description: 'What the filter takes.' }),
      name: Type.Optional(
        Type.String({ description: 'In the language asked for.' }),
      ),
      count,
    },
    { $id: 'FacetValue' },
  );
  const results = Type.Object(
    {
      items: Type.Array(reference('FoundProduct')),
      total: count,
      totalIsExact: Type.Boolean({
        description:
          'False: there are more; `total` and counts are lower bounds.',
      }),
      relaxed: Type.Boolean({
        description:
          'True: nothing has all words, so what lacks one of them is shown.',
      }),
      facets: Type.Object(
        {
          categories: Type.Array(reference('FacetValue')),
          brands: Type.Array(reference('FacetValue')),
          prices: Type.Array(
            Type.Object({
              min: Type.Integer(),
              max: Type.Optional(Type.Integer()),
              count,
            }),
          ),
          ratings: Type.Array(Type.Object({ min: Type.Integer(), count })),
          inStock: count,
        },
        {
          description:
            'Counts of products by value, each under all filters but its own.',
        },
      ),
      nextCursor: Type.Optional(
        Type.String({ description: 'Absent on the last page.' }),
      ),
    },
    { $id: 'SearchResults' },
  );
  const rebuild = Type.Object(
    {
      rebuildId: Type.String({ format: 'uuid' }),
      state: Type.Enum([
        'requested',
        'copying',
        'replaying',
        'indexing',
        'done',
        'cancelled',
      ]),
      generation: Type.Optional(Type.Integer()),
      reason: Type.Optional(Type.String()),
      requestedBy: Type.String(),
      requestedAt: Type.String({ format: 'date-time' }),
      finishedAt: Type.Optional(Type.String({ format: 'date-time' })),
      progress: Type.Object({
        copied: Type.Integer({
          description: 'Products taken from what this service knows.',
        }),
        replayed: Type.Integer({ description: 'Events read from zero.' }),
        waiting: Type.Integer({
          description: 'Products still to be written into the new generation.',
        }),
        documents: Type.Optional(
          Type.Integer({
            description: 'Documents in it when it began to serve.',
          }),
        ),
      }),
      lastError: Type.Optional(
        Type.String({
          description: 'Why the last step failed; it is tried again.',
        }),
      ),
    },
    { $id: 'Rebuild' },
  );
  return [money, found, facetValue, results, rebuild];
}
