import Type, { type TSchema } from 'typebox';
import { SHIPMENT_STATES } from '../domain/shipmentState.ts';
import { CURRENCIES, OPTION_IDS } from '../domain/types.ts';

/** Refers to a schema that the application has by this id. */
export function reference<T>(id: string) {
  return Type.Unsafe<T>({ $ref: `${id}#` });
}

/** An answer of a named schema. */
export function answer<T>(id: string, description: string) {
  return Type.Unsafe<T>({ ...reference<T>(id), description });
}

const closed = { additionalProperties: false };

/** Text that PostgreSQL can hold and a label can show: no control characters. */
const word = (maxLength: number, description: string) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern:
      '^[^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$',
    description,
  });

const id = (description: string) =>
  Type.String({ format: 'uuid', description });

const sku = word(100, 'Stock keeping unit.');

const quantity = Type.Integer({ minimum: 1, maximum: 100_000 });

const country = Type.String({
  pattern: '^[A-Z]{2}$',
  description: 'ISO 3166-1 alpha-2.',
});

const currency = Type.Enum([...CURRENCIES], {
  description: 'ISO 4217 code of the price list.',
});

const optionId = Type.Enum([...OPTION_IDS], {
  description: 'Way of delivery.',
});

/** Body of a quote. */
export const quoteBodySchema = Type.Object(
  {
    currency,
    country,
    postalCode: Type.Optional(word(20, 'Postal code.')),
    weightGrams: Type.Integer({
      minimum: 0,
      maximum: 100_000_000,
      description: 'Weight of all goods, in grams.',
    }),
    subtotal: Type.Object(
      {
        amount: Type.Integer({ minimum: 0, maximum: 9_000_000_000_000 }),
        currency,
      },
      { ...closed, description: 'Price of all goods after discounts.' },
    ),
  },
  closed,
);

const addressProperties = {
  name: word(200, 'Who receives it.'),
  line1: word(200, 'Street and number.'),
  line2: Type.Optional(word(200, 'More of the address.')),
  city: word(200, 'City.'),
  region: Type.Optional(word(200, 'State, province or region.')),
  postalCode: Type.Optional(word(20, 'Postal code.')),
  country,
};

/** Body of a new shipment. */
export const newShipmentBodySchema = Type.Object(
  {
    shipmentId: id('Made by the caller; the same id is the same shipment.'),
    orderId: id('The order that is sent.'),
    customerId: Type.Optional(
      word(200, 'Whose it is, for export and erasure; absent for a guest.'),
    ),
    optionId,
    address: Type.Object(addressProperties, closed),
    lines: Type.Array(Type.Object({ sku, quantity }, closed), {
      minItems: 1,
      maxItems: 500,
      description: 'What is sent; each SKU once.',
    }),
  },
  closed,
);

/** Path of one shipment. */
export const shipmentParamsSchema = Type.Object({
  shipmentId: id('Id of the shipment.'),
});

/** Path of an order. */
export const orderParamsSchema = Type.Object({
  orderId: id('Id of the order.'),
});

/** Path of a return. */
export const returnParamsSchema = Type.Object({
  returnId: id('Id of the return.'),
});

/** Path of a customer. */
export const customerParamsSchema = Type.Object({
  customerId: word(200, 'Id of the customer.'),
});

/** Query of the staff's list. */
export const listQuerySchema = Type.Object(
  {
    state: Type.Optional(Type.Enum([...SHIPMENT_STATES])),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
    cursor: Type.Optional(id('`nextCursor` of the page before.')),
  },
  closed,
);

/** No query at all. */
export const emptyQuerySchema = Type.Object({}, closed);

/** Body of a parcel that left. */
export const dispatchBodySchema = Type.Object(
  {
    dispatchId: id('Made by the caller; the same id is the same parcel.'),
    trackingId: word(200, 'What the carrier calls it.'),
    lines: Type.Optional(
      Type.Array(Type.Object({ sku, quantity }, closed), {
        minItems: 1,
        maxItems: 500,
        description: 'What is in it. Absent: all that is left.',
      }),
    ),
    last: Type.Optional(
      Type.Boolean({
        description: 'Nothing follows, though something is left.',
      }),
    ),
  },
  closed,
);

/** Body of goods that came back. */
export const returnBodySchema = Type.Object(
  {
    returnId: id('Made by the caller; the same id is the same return.'),
    orderId: id('The order they were sent for.'),
    lines: Type.Array(
      Type.Object(
        {
          sku,
          quantity,
          restock: Type.Boolean({
            description: 'Whether they can be sold again.',
          }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 500 },
    ),
  },
  closed,
);

const time = (description: string) =>
  Type.String({ format: 'date-time', description });

const day = (description: string) =>
  Type.String({ format: 'date', description });

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
  const line = Type.Object({ sku: Type.String(), quantity }, { $id: 'Line' });
  const quote = Type.Object(
    {
      options: Type.Array(
        Type.Object({
          optionId,
          title: Type.Object({ en: Type.String(), zh: Type.String() }),
          price: reference('Money'),
          minDays: Type.Integer({
            description: 'Working days until delivery, at best.',
          }),
          maxDays: Type.Integer({
            description: 'Working days until delivery, usually.',
          }),
        }),
      ),
      ratesVersion: Type.String({ description: 'Table it was quoted from.' }),
    },
    { $id: 'ShippingQuote' },
  );
  const shipmentProperties = {
    shipmentId: Type.String({ format: 'uuid' }),
    orderId: Type.String({ format: 'uuid' }),
    state: Type.Enum([...SHIPMENT_STATES]),
    optionId,
    carrier: Type.String(),
    sample: Type.Boolean({ description: 'True when no goods really move.' }),
    version: Type.Integer(),
    lines: Type.Array(
      Type.Object({
        sku: Type.String(),
        quantity: Type.Integer(),
        dispatched: Type.Integer(),
        returned: Type.Integer(),
      }),
    ),
    parcels: Type.Array(
      Type.Object({
        parcelId: Type.String({ format: 'uuid' }),
        trackingId: Type.String(),
        lines: Type.Array(reference('Line')),
        dispatchedAt: time('When it left.'),
        deliveredAt: Type.Optional(time('When it arrived.')),
      }),
    ),
    events: Type.Array(
      Type.Object({
        code: Type.Enum([
          'booked',
          'dispatched',
          'in-transit',
          'delivered',
          'lost',
          'cancelled',
        ]),
        at: time('When it happened.'),
        parcelId: Type.Optional(Type.String({ format: 'uuid' })),
      }),
      { description: 'Its way so far, in order.' },
    ),
    estimatedDelivery: Type.Optional(
      Type.Object(
        { from: day('Earliest day.'), to: day('Latest day.') },
        { description: 'An estimate; public holidays are not counted.' },
      ),
    ),
    createdAt: time('When it was made.'),
    updatedAt: time('When it last changed.'),
  };
  const shipment = Type.Object(shipmentProperties, { $id: 'Shipment' });
  const shipmentWithAddress = Type.Object(
    {
      ...shipmentProperties,
      address: Type.Optional(Type.Object(addressProperties)),
      addressErasedAt: Type.Optional(time('When the address was erased.')),
    },
    { $id: 'ShipmentWithAddress' },
  );
  const received = Type.Object(
    {
      returnId: Type.String({ format: 'uuid' }),
      orderId: Type.String({ format: 'uuid' }),
      lines: Type.Array(
        Type.Object({
          sku: Type.String(),
          quantity: Type.Integer(),
          restock: Type.Boolean(),
        }),
      ),
      receivedAt: time('When the warehouse had it.'),
    },
    { $id: 'ReceivedReturn' },
  );
  const exported = Type.Object(
    {
      service: Type.Literal('fulfilment'),
      records: Type.Object({
        shipments: Type.Array(reference('ShipmentWithAddress')),
        returns: Type.Array(reference('ReceivedReturn')),
      }),
    },
    { $id: 'CustomerExport' },
  );
  return [
    money,
    line,
    quote,
    shipment,
    shipmentWithAddress,
    received,
    exported,
  ];
}
