import Type, { type TSchema } from 'typebox';
import { CURRENCIES } from '../domain/types.ts';

/** Refers to a schema that the application has by this id. */
export function reference<T>(id: string) {
  return Type.Unsafe<T>({ $ref: `${id}#` });
}

const currency = Type.Enum([...CURRENCIES], {
  description: 'ISO 4217 code; a cart keeps it.',
});

const country = Type.String({
  pattern: '^[A-Z]{2}$',
  description: 'ISO 3166-1 alpha-2 code of where it shall go.',
});

const sku = Type.String({
  minLength: 1,
  maxLength: 100,
  // No control characters: PostgreSQL cannot hold NUL, and the rest is nobody's SKU.
  pattern: '^[^\\u0000-\\u001f\\u007f/]+$',
});

// Lower case alone, so that one id has one spelling; the format `uuid` would also take `urn:uuid:`, which PostgreSQL does not.
const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

/** Path of one cart. */
export const cartParamsSchema = Type.Object({
  cartId: Type.String({ pattern: UUID }),
});

/** Path of one line. */
export const lineParamsSchema = Type.Object({
  cartId: Type.String({ pattern: UUID }),
  sku,
});

/** Path of one customer, by the identity provider's subject. */
export const customerParamsSchema = Type.Object({
  customerId: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: '^[^\\u0000-\\u001f\\u007f/]+$',
  }),
});

/** No query at all. */
export const emptyQuerySchema = Type.Object(
  {},
  { additionalProperties: false },
);

/** Headers of writes that may name the version they are based on. */
export const ifMatchHeadersSchema = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      description: 'ETag of the cart that the write is based on.',
    }),
  ),
});

export const createBodySchema = Type.Object(
  { currency, country: Type.Optional(country) },
  { additionalProperties: false },
);

export const lineBodySchema = Type.Object(
  {
    quantity: Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      description: 'How many the cart shall hold; 0 takes the line out.',
    }),
  },
  { additionalProperties: false },
);

export const replaceBodySchema = Type.Object(
  {
    country: Type.Optional(country),
    lines: Type.Array(
      Type.Object(
        { sku, quantity: Type.Integer({ minimum: 1, maximum: 1_000_000 }) },
        { additionalProperties: false },
      ),
      { maxItems: 1000 },
    ),
  },
  { additionalProperties: false },
);

export const mergeBodySchema = Type.Object(
  {
    fromCartId: Type.String({
      pattern: UUID,
      description: 'A cart of a guest, or another one of this shopper.',
    }),
  },
  { additionalProperties: false },
);

const texts = Type.Object({ en: Type.String(), zh: Type.String() });

const cartProperties = {
  cartId: Type.String({ format: 'uuid' }),
  version: Type.Integer({ description: 'Also the ETag.' }),
  currency,
  country: Type.Optional(country),
};

/** Named schemas of the API. */
export function namedSchemas(): TSchema[] {
  const money = Type.Object(
    {
      amount: Type.Integer({
        description: 'In the minor unit of the currency, such as cents.',
      }),
      currency,
    },
    { $id: 'Money' },
  );
  const line = Type.Object(
    {
      sku: Type.String(),
      productId: Type.String(),
      name: texts,
      quantity: Type.Integer({ minimum: 1 }),
      unitPrice: reference('Money'),
      previousUnitPrice: Type.Optional(
        Type.Unsafe<unknown>({
          ...reference('Money'),
          description:
            'What it cost when the shopper last set this line, if it costs something else now. Setting the line takes note of the new price.',
        }),
      ),
      available: Type.Optional(
        Type.Integer({
          minimum: 0,
          description:
            'How many can be had now, at most the cap of a line. A hint; absent when inventory does not answer.',
        }),
      ),
      priceStale: Type.Optional(
        Type.Boolean({
          description:
            'True when products does not answer: the price is the last one known.',
        }),
      ),
      discontinued: Type.Optional(
        Type.Boolean({
          description:
            'True when it is no longer sold; it counts for nothing in the subtotal.',
        }),
      ),
    },
    { $id: 'CartLine' },
  );
  const cart = Type.Object(
    {
      ...cartProperties,
      lines: Type.Array(reference('CartLine')),
      subtotal: reference('Money'),
      updatedAt: Type.String({ format: 'date-time' }),
      expiresAt: Type.String({
        format: 'date-time',
        description: 'When it is gone unless it is changed before.',
      }),
    },
    { $id: 'Cart' },
  );
  const merged = Type.Object(
    {
      cart: reference('Cart'),
      capped: Type.Array(
        Type.Object({
          sku: Type.String(),
          wanted: Type.Integer({ description: 'Units of both carts.' }),
          quantity: Type.Integer({ description: 'Units the cart holds now.' }),
        }),
        { description: 'What did not fit under the caps.' },
      ),
    },
    { $id: 'MergedCart' },
  );
  const summary = Type.Object(
    {
      ...cartProperties,
      quantity: Type.Integer({ description: 'Units of all lines.' }),
      updatedAt: Type.String({ format: 'date-time' }),
    },
    { $id: 'CartSummary' },
  );
  return [money, line, cart, merged, summary];
}
