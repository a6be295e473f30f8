import Type, { type TSchema } from 'typebox';
import { CURRENCIES, SORTS } from '../domain/types.ts';

/** Refers to a schema that the application has by this id. */
export function reference<T>(id: string) {
  return Type.Unsafe<T>({ $ref: `${id}#` });
}

const currency = Type.Enum([...CURRENCIES], {
  description: 'ISO 4217 code of the price list.',
});

const slugPattern = '^[a-z0-9]+(-[a-z0-9]+)*$';

/** Query of the list. Unknown parameters are refused, so that a typo is seen. */
export const listQuerySchema = Type.Object(
  {
    q: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        // Something to search for, and no NUL, which PostgreSQL cannot hold.
        pattern: '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$',
        description:
          'Text to search for, in English or Chinese; small misspellings are forgiven.',
      }),
    ),
    category: Type.Optional(
      Type.String({
        maxLength: 100,
        pattern: slugPattern,
        description: 'Slug of a category; products below it count, too.',
      }),
    ),
    minPrice: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 9_000_000_000_000,
        description: 'Lowest price, in the minor unit of the currency.',
      }),
    ),
    maxPrice: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 9_000_000_000_000,
        description: 'Highest price, in the minor unit of the currency.',
      }),
    ),
    currency: Type.Enum([...CURRENCIES], {
      default: 'EUR',
      description: 'Price list to show and filter by.',
    }),
    sort: Type.Optional(
      Type.Enum([...SORTS], {
        description:
          'Order; newest first unless searching, then by relevance. `-price` is dearest first.',
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

/** Path of one product. */
export const productParamsSchema = Type.Object({
  idOrSlug: Type.String({
    maxLength: 100,
    pattern: slugPattern,
    description: 'Id (UUID) or slug of the product.',
  }),
});

/** Query of one product. */
export const productQuerySchema = Type.Object(
  { currency: Type.Enum([...CURRENCIES], { default: 'EUR' }) },
  { additionalProperties: false },
);

/** No query at all. */
export const emptyQuerySchema = Type.Object(
  {},
  { additionalProperties: false },
);

const languageHeaderSchema = Type.Object({
  'accept-language': Type.Optional(
    Type.String({
      description: 'Languages of texts: English or Chinese (zh).',
    }),
  ),
  'if-none-match': Type.Optional(
    Type.String({ description: 'ETag one has; 304 when it is still current.' }),
  ),
});

/** Headers every read understands. */
export const readHeadersSchema = languageHeaderSchema;

const categoryRef = Type.Object({ slug: Type.String(), name: Type.String() });

/** Named schemas of the API. Ratings are part of it only when the feature is on. */
export function namedSchemas(options: { ratings: boolean }): TSchema[] {
  const money = Type.Object(
    {
      amount: Type.Integer({
        description: 'In the minor unit of the currency, such as cents.',
      }),
      currency,
    },
    { $id: 'Money' },
  );
  const rating = Type.Object(
    {
      average: Type.Number({
        minimum: 1,
        maximum: 5,
        description: 'Average of all reviews, rounded to one decimal.',
      }),
      count: Type.Integer({ minimum: 1, description: 'Number of reviews.' }),
    },
    { $id: 'Rating' },
  );
  const summaryProperties = {
    id: Type.String({ format: 'uuid' }),
    slug: Type.String(),
    name: Type.String({ description: 'In the language asked for.' }),
    brand: Type.String(),
    category: categoryRef,
    price: Type.Object(
      { from: reference('Money'), to: reference('Money') },
      { description: 'Cheapest and dearest variant.' },
    ),
    variantCount: Type.Integer({ minimum: 1 }),
    sample: Type.Boolean({
      description: 'True for generated sample data, which nobody sells.',
    }),
    ...(options.ratings
      ? { rating: Type.Optional(reference('Rating')) }
      : undefined),
  };
  const summary = Type.Object(summaryProperties, { $id: 'ProductSummary' });
  const variant = Type.Object(
    {
      sku: Type.String(),
      name: Type.String(),
      options: Type.Record(Type.String(), Type.String()),
      price: reference('Money'),
    },
    { $id: 'Variant' },
  );
  const product = Type.Object(
    {
      ...summaryProperties,
      description: Type.String(),
      categoryPath: Type.Array(categoryRef, {
        description: 'From the top category to the product’s own.',
      }),
      variants: Type.Array(reference('Variant')),
      media: Type.Array(
        Type.Object({
          kind: Type.Enum(['image', 'video', 'document']),
          url: Type.String({ format: 'uri' }),
          alt: Type.String({ description: 'In the language asked for.' }),
        }),
      ),
      createdAt: Type.String({ format: 'date-time' }),
      updatedAt: Type.String({ format: 'date-time' }),
    },
    { $id: 'Product' },
  );
  const page = Type.Object(
    {
      items: Type.Array(reference('ProductSummary')),
      nextCursor: Type.Optional(
        Type.String({ description: 'Absent on the last page.' }),
      ),
    },
    { $id: 'ProductPage' },
  );
  const category = Type.Object(
    {
      slug: Type.String(),
      name: Type.String(),
      productCount: Type.Integer({
        minimum: 0,
        description: 'Products in it and below.',
      }),
      children: Type.Array(reference('Category')),
    },
    { $id: 'Category' },
  );
  return [
    money,
    ...(options.ratings ? [rating] : []),
    summary,
    variant,
    product,
    page,
    category,
  ];
}
