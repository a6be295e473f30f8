import { IDEMPOTENCY_KEY_PATTERN } from '@shopfloor/service-kit';
import Type from 'typebox';
import { ORDER_STATES } from '../domain/orderProcess.ts';

/** Refers to a schema that the application has by this id. */
export function reference<T>(id: string) {
  return Type.Unsafe<T>({ $ref: `${id}#` });
}

/** A JSON answer of a named schema. */
export function answer<T>(id: string, description: string) {
  return Type.Unsafe<T>({ ...reference<T>(id), description });
}

/** No NUL, which PostgreSQL cannot hold, and something to read. */
const READABLE = '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$';

function words(maxLength: number, description?: string) {
  return Type.String({
    minLength: 1,
    maxLength,
    pattern: READABLE,
    description,
  });
}

export const uuid = Type.String({ format: 'uuid' });
export const amount = Type.Integer({
  description: 'Whole minor units of the currency, such as cents.',
});
export const currency = Type.String({ pattern: '^[A-Z]{3}$' });
export const localised = Type.Object({ en: Type.String(), zh: Type.String() });
const sku = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\u0000]+$',
});

const addressProperties = {
  name: words(200),
  line1: words(200),
  line2: Type.Optional(words(200)),
  city: words(100),
  region: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9]{1,3}$',
      description:
        'Part of ISO 3166-2 after the country, such as `CA`; needed in the US.',
    }),
  ),
  postalCode: Type.Optional(words(20)),
  country: Type.String({
    pattern: '^[A-Z]{2}$',
    description: 'ISO 3166-1 alpha-2.',
  }),
};

/** Body of `POST /quotes`. */
export const quoteBodySchema = Type.Object(
  {
    cartId: uuid,
    email: Type.String({ format: 'email', maxLength: 320 }),
    language: Type.Enum(['en', 'zh'], {
      description: 'Language the shop writes to the shopper in.',
    }),
    shippingAddress: Type.Object(addressProperties, {
      additionalProperties: false,
    }),
    shippingOptionId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 50,
        pattern: '^[a-z0-9-]+$',
        description: 'Absent: the first that is offered.',
      }),
    ),
    promotionCodes: Type.Optional(
      Type.Array(
        Type.String({ minLength: 1, maxLength: 50, pattern: READABLE }),
        {
          maxItems: 10,
        },
      ),
    ),
  },
  { additionalProperties: false },
);

/** Body of `POST /orders`. */
export const placeBodySchema = Type.Object(
  {
    quoteId: uuid,
    payment: Type.Object(
      {
        token: Type.String({
          minLength: 1,
          maxLength: 500,
          pattern: '^[\\x21-\\x7e]+$',
          description:
            'Token of the payment provider. Passed on and stored nowhere.',
        }),
      },
      { additionalProperties: false },
    ),
    returnUrl: Type.Optional(
      Type.String({
        format: 'uri',
        pattern: '^https?://',
        maxLength: 2000,
        description: 'Where the provider sends the shopper back to.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Headers of `POST /orders`. */
export const placeHeadersSchema = Type.Object({
  'idempotency-key': Type.String({
    pattern: IDEMPOTENCY_KEY_PATTERN,
    description:
      'New for each intention, the same when it is sent again: one order per key.',
  }),
});

/** Path of one order. */
export const orderParamsSchema = Type.Object({ orderId: uuid });

/** Query of a list. */
export const listQuerySchema = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
    cursor: Type.Optional(uuid),
  },
  { additionalProperties: false },
);

/** Query of the list for staff. */
export const careListQuerySchema = Type.Object(
  {
    state: Type.Enum([...ORDER_STATES, 'disputed'], {
      default: 'care',
      description: 'State of the orders, or `disputed`.',
    }),
    orderNumber: Type.Optional(
      Type.String({
        pattern: '^SF-[0-9A-Z]{4}-[0-9A-Z]{4}$',
        description: 'The one order of this number, whatever its state.',
      }),
    ),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
    cursor: Type.Optional(uuid),
  },
  { additionalProperties: false },
);

const unitLines = Type.Array(
  Type.Object(
    { sku, quantity: Type.Integer({ minimum: 1, maximum: 100_000 }) },
    { additionalProperties: false },
  ),
  { minItems: 1, maxItems: 100 },
);

/** Body of `POST /orders/:orderId/returns`. */
export const returnBodySchema = Type.Object(
  {
    returnId: Type.String({
      format: 'uuid',
      description: 'Made by the caller; the same again is the same return.',
    }),
    lines: unitLines,
    reason: words(500),
  },
  { additionalProperties: false },
);

const moneyBody = Type.Object(
  {
    amount: Type.Integer({ minimum: 1, maximum: 9_000_000_000_000 }),
    currency,
  },
  { additionalProperties: false },
);

/** Body of a refund by staff. */
export const refundBodySchema = Type.Object(
  {
    refundId: Type.String({
      format: 'uuid',
      description: 'Made by the caller; the same again is the same refund.',
    }),
    amount: moneyBody,
    reason: words(500),
  },
  { additionalProperties: false },
);

/** Body of a decision by staff. */
export const resolutionBodySchema = Type.Object(
  {
    action: Type.Enum(['retry-step', 'cancel-and-void', 'accept'], {
      description:
        '`retry-step` goes on where it stopped, `cancel-and-void` takes the order back, `accept` settles it as it is.',
    }),
    as: Type.Optional(
      Type.Enum(['completed', 'cancelled', 'rejected'], {
        description: 'For `accept`: what the order counts as.',
      }),
    ),
    reason: words(500),
  },
  { additionalProperties: false },
);

/** Body of taking an order into care. */
export const careBodySchema = Type.Object(
  { reason: words(500) },
  { additionalProperties: false },
);

/** Header of writes that are based on a version. */
export const ifMatchSchema = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'ETag of what one read; required.' }),
  ),
});

/** Body of `POST /claims`. */
export const claimBodySchema = Type.Object(
  {
    customerId: words(200),
    email: Type.String({
      format: 'email',
      maxLength: 320,
      description: 'Verified by the caller.',
    }),
  },
  { additionalProperties: false },
);

/** Path of an export. */
export const exportParamsSchema = Type.Object({ customerId: words(200) });

const percentage = Type.Object(
  {
    kind: Type.Literal('percentage'),
    ratePpm: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  },
  { additionalProperties: false },
);
const amountOff = Type.Object(
  {
    kind: Type.Literal('amount-off'),
    amount: Type.Integer({ minimum: 1, maximum: 9_000_000_000_000 }),
    currency,
  },
  { additionalProperties: false },
);
const buyXGetY = Type.Object(
  {
    kind: Type.Literal('buy-x-get-y'),
    buy: Type.Integer({ minimum: 1, maximum: 1000 }),
    get: Type.Integer({ minimum: 1, maximum: 1000 }),
    ratePpm: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  },
  { additionalProperties: false },
);
const freeShipping = Type.Object(
  { kind: Type.Literal('free-shipping') },
  { additionalProperties: false },
);

/** Body of `PUT /promotions/:promotionId`. */
export const promotionBodySchema = Type.Object(
  {
    name: Type.Object(
      { en: words(200), zh: words(200) },
      { additionalProperties: false },
    ),
    scope: Type.Enum(['line', 'order', 'shipping']),
    priority: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    exclusivity: Type.Enum(['none', 'scope', 'order']),
    effect: Type.Union([percentage, amountOff, buyXGetY, freeShipping]),
    conditions: Type.Object(
      {
        minimumSubtotal: Type.Optional(moneyBody),
        skus: Type.Optional(Type.Array(sku, { maxItems: 1000 })),
        categories: Type.Optional(Type.Array(words(100), { maxItems: 100 })),
        code: Type.Optional(words(50)),
        from: Type.Optional(Type.String({ format: 'date-time' })),
        until: Type.Optional(Type.String({ format: 'date-time' })),
      },
      { additionalProperties: false },
    ),
    active: Type.Boolean(),
    limitTotal: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
    ),
    limitPerShopper: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    ),
  },
  { additionalProperties: false },
);

/** Path of one promotion. */
export const promotionParamsSchema = Type.Object({ promotionId: uuid });
