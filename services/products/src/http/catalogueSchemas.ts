import Type, { type TSchema } from 'typebox';
import { MEDIA_KINDS, TAX_CATEGORIES } from '../domain/catalogue.ts';
import { CURRENCIES } from '../domain/types.ts';
import { reference } from './schemas.ts';

/** Something to see, and no NUL, which PostgreSQL cannot hold. */
const SOME_TEXT = '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$';
const ANY_TEXT = '^[^\\u0000]*$';
const SLUG = '^[a-z0-9]+(-[a-z0-9]+)*$';

const closed = { additionalProperties: false };

function texts(maxLength: number, pattern = SOME_TEXT) {
  return Type.Object(
    {
      en: Type.String({ maxLength, pattern }),
      zh: Type.String({ maxLength, pattern }),
    },
    closed,
  );
}

const slug = Type.String({ maxLength: 100, pattern: SLUG });
const sku = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
});
const productId = Type.String({
  // Lower case alone, so that one id has one spelling.
  pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
  description: 'UUID, made by the caller: the same id makes a product once.',
});
const currency = Type.Enum([...CURRENCIES]);
const options = Type.Record(
  Type.String({ minLength: 1, maxLength: 50, pattern: ANY_TEXT }),
  Type.String({ minLength: 1, maxLength: 100, pattern: SOME_TEXT }),
  { maxProperties: 5 },
);

const draft = {
  slug,
  category: Type.String({ maxLength: 100, pattern: SLUG }),
  brand: Type.String({ maxLength: 100, pattern: SOME_TEXT }),
  names: texts(200),
  descriptions: texts(20_000, ANY_TEXT),
  media: Type.Array(
    Type.Object(
      {
        kind: Type.Enum([...MEDIA_KINDS]),
        url: Type.String({
          format: 'uri',
          pattern: '^https://[^\\s/$.?#][^\\s]*$',
          maxLength: 2000,
          description: 'Where it lies; https alone. Nothing is uploaded here.',
        }),
        alt: texts(500),
      },
      closed,
    ),
    { maxItems: 50 },
  ),
  variants: Type.Array(
    Type.Object(
      {
        sku,
        names: texts(200),
        options: Type.Object({ en: options, zh: options }, closed),
        taxCategory: Type.Enum([...TAX_CATEGORIES]),
        weightGrams: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
      },
      closed,
    ),
    { minItems: 1, maxItems: 100 },
  ),
};

export const createProductBody = Type.Object({ productId, ...draft }, closed);
export const productBody = Type.Object(draft, closed);
export const archiveBody = Type.Object(
  { archived: Type.Boolean({ description: 'True: off sale.' }) },
  closed,
);
export const productIdParams = Type.Object({ productId });

export const catalogueQuery = Type.Object(
  {
    state: Type.Optional(Type.Enum(['published', 'archived'])),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
    cursor: Type.Optional(productId),
  },
  closed,
);

export const categoryParams = Type.Object({ slug });
export const categoryBody = Type.Object(
  {
    names: texts(200),
    parent: Type.Optional(
      Type.String({
        maxLength: 100,
        pattern: SLUG,
        description: 'Slug of the category above; absent at the top.',
      }),
    ),
    position: Type.Integer({
      minimum: 0,
      maximum: 10_000,
      description: 'Place among its siblings.',
    }),
  },
  closed,
);

const time = Type.String({ format: 'date-time', maxLength: 40 });
export const priceListParams = Type.Object({
  priceListId: Type.String({ maxLength: 50, pattern: SLUG }),
});
export const priceListBody = Type.Object(
  {
    currency,
    pricesIncludeTax: Type.Boolean({
      description: 'Gross or net; the same for all lists of a currency.',
    }),
    validFrom: time,
    validUntil: Type.Optional(time),
  },
  closed,
);
export const pricesBody = Type.Object(
  {
    prices: Type.Array(
      Type.Object(
        {
          sku,
          amount: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: 9_000_000_000_000,
              description:
                'In the minor unit of the currency. Absent: the list no longer prices the SKU.',
            }),
          ),
        },
        closed,
      ),
      { minItems: 1, maxItems: 500 },
    ),
  },
  closed,
);

export const lookupBody = Type.Object(
  {
    skus: Type.Array(
      Type.String({ minLength: 1, maxLength: 100, pattern: ANY_TEXT }),
      { minItems: 1, maxItems: 100, uniqueItems: true },
    ),
    currency,
  },
  closed,
);

/** Headers of a write to what exists. Absent or wrong, the answer is 428 or 412. */
export const ifMatchHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'ETag of what the change is based on.' }),
  ),
});

/** Named schemas of what staff and services read. */
export function catalogueSchemas(): TSchema[] {
  const version = Type.Integer({ minimum: 1, description: 'The ETag.' });
  const state = Type.Enum(['published', 'archived']);
  const money = Type.Object({ amount: Type.Integer(), currency });
  const sample = Type.Boolean();
  const variant = Type.Object({
    ...draft.variants.items.properties,
    prices: Type.Record(Type.String(), Type.Integer(), {
      description: 'What it costs now, in minor units by currency.',
    }),
  });
  const names = Type.Object({ en: Type.String(), zh: Type.String() });
  return [
    Type.Object(
      {
        productId: Type.String({ format: 'uuid' }),
        version,
        state,
        ...draft,
        variants: Type.Array(variant),
        sample,
        createdAt: Type.String({ format: 'date-time' }),
        updatedAt: Type.String({ format: 'date-time' }),
      },
      { $id: 'CatalogueProduct' },
    ),
    Type.Object(
      {
        items: Type.Array(
          Type.Object({
            productId: Type.String({ format: 'uuid' }),
            version,
            slug: Type.String(),
            names,
            state,
            sample,
          }),
        ),
        nextCursor: Type.Optional(
          Type.String({ description: 'Absent on the last page.' }),
        ),
      },
      { $id: 'CataloguePage' },
    ),
    Type.Object(
      { slug: Type.String(), version, ...categoryBody.properties },
      { $id: 'CatalogueCategory' },
    ),
    Type.Object(
      {
        priceListId: Type.String(),
        version,
        ...priceListBody.properties,
        applied: Type.Boolean({
          description:
            'Whether its prices are shown; follows its validity within seconds.',
        }),
        priceCount: Type.Integer({ description: 'How many SKUs it prices.' }),
      },
      { $id: 'PriceList' },
    ),
    Type.Object(
      { items: Type.Array(reference('PriceList')) },
      { $id: 'PriceLists' },
    ),
    Type.Object(
      {
        pricesIncludeTax: Type.Boolean(),
        items: Type.Array(
          Type.Object({
            sku: Type.String(),
            productId: Type.String({ format: 'uuid' }),
            slug: Type.String(),
            name: names,
            price: money,
            taxCategory: Type.Enum([...TAX_CATEGORIES]),
            weightGrams: Type.Integer({ minimum: 0 }),
            categories: Type.Array(Type.String(), {
              description:
                'Slugs of its category and of those above, the widest first.',
            }),
            sample,
          }),
        ),
      },
      { $id: 'Lookup' },
    ),
  ];
}
