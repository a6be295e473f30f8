import Type, { type TSchema } from 'typebox';
import { MOVEMENT_KINDS } from '../domain/types.ts';

/** Refers to a schema that the application has by this id. */
export function reference<T>(id: string) {
  return Type.Unsafe<T>({ $ref: `${id}#` });
}

/** A successful answer with one of the named schemas. */
export function answer<T>(id: string, description: string) {
  return Type.Unsafe<T>({ ...reference<T>(id), description });
}

/** No NUL, which PostgreSQL cannot hold, and something to see. */
const TEXT = '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$';

/** Beyond this nothing is real, and sums stay exact in JSON. */
const MOST = 1_000_000;

export const uuid = (description: string) =>
  Type.String({
    // Lower case alone, so that one id has one spelling.
    pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
    description,
  });

const sku = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\u0000]*$',
});

const warehouseId = Type.String({
  maxLength: 50,
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  description: 'Id of a warehouse.',
});

const state = Type.Enum(['in-stock', 'low', 'out']);

const lines = Type.Array(
  Type.Object(
    {
      sku,
      quantity: Type.Integer({ minimum: 1, maximum: MOST }),
    },
    { additionalProperties: false },
  ),
  { minItems: 1, maxItems: 100, description: 'Each SKU once.' },
);

const cursor = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 1000,
    description: '`nextCursor` of the page before. Opaque.',
  }),
);

const limit = Type.Integer({ minimum: 1, maximum: 200, default: 50 });

export const emptyQuery = Type.Object({}, { additionalProperties: false });

export const availabilityBody = Type.Object(
  {
    skus: Type.Array(sku, {
      minItems: 1,
      maxItems: 200,
      uniqueItems: true,
    }),
  },
  { additionalProperties: false },
);

export const reservationBody = Type.Object(
  {
    reservationId: uuid('Id of the order.'),
    ttlSeconds: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      description: 'How long the stock is held unless confirmed.',
    }),
    lines,
  },
  { additionalProperties: false },
);

export const reservationParams = Type.Object({
  reservationId: uuid('Id of the reservation.'),
});

/** A step that needs no more than its path; an empty object is taken, too. */
export const noBody = Type.Optional(
  Type.Union([Type.Null(), Type.Object({}, { additionalProperties: false })]),
);

export const skuParams = Type.Object({ sku });

export const listStockQuery = Type.Object(
  {
    state: Type.Optional(state),
    warehouseId: Type.Optional(warehouseId),
    limit,
    cursor,
  },
  { additionalProperties: false },
);

export const listMovementsQuery = Type.Object(
  {
    sku: Type.Optional(sku),
    warehouseId: Type.Optional(warehouseId),
    kind: Type.Optional(Type.Enum([...MOVEMENT_KINDS])),
    reference: Type.Optional(
      uuid('Id of a reservation, receipt, adjustment, shipment or return.'),
    ),
    limit,
    cursor,
  },
  { additionalProperties: false },
);

export const pageQuery = Type.Object(
  { limit, cursor },
  { additionalProperties: false },
);

export const receiptBody = Type.Object(
  {
    receiptId: uuid('Made by the caller; the same id books once.'),
    warehouseId,
    lines,
    note: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, pattern: TEXT }),
    ),
  },
  { additionalProperties: false },
);

export const adjustmentBody = Type.Object(
  {
    adjustmentId: uuid('Made by the caller; the same id corrects once.'),
    warehouseId,
    sku,
    change: Type.Integer({
      minimum: -MOST,
      maximum: MOST,
      not: { const: 0 },
      description: 'Positive: found; negative: lost. Never 0.',
    }),
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: TEXT }),
  },
  { additionalProperties: false },
);

export const warehouseParams = Type.Object({ warehouseId });

export const warehouseBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, pattern: TEXT }),
    position: Type.Integer({
      minimum: 1,
      maximum: 1000,
      description:
        'Order of preference when an order could be taken from several.',
    }),
  },
  { additionalProperties: false },
);

export const reconciliationParams = Type.Object({
  reconciliationId: uuid('Id of the reconciliation.'),
});

function page(id: string, item: string): TSchema {
  return Type.Object(
    {
      items: Type.Array(reference(item)),
      nextCursor: Type.Optional(
        Type.String({ description: 'Absent on the last page.' }),
      ),
    },
    { $id: id },
  );
}

/** Named schemas of the API. */
export function namedSchemas(): TSchema[] {
  const quantity = Type.Integer({ minimum: 0 });
  const time = Type.String({ format: 'date-time' });
  const reservation = {
    reservationId: Type.String({ format: 'uuid' }),
    state: Type.Enum(['held', 'confirmed', 'released', 'expired']),
    expiresAt: Type.String({
      format: 'date-time',
      description:
        'When a hold ends by itself, by the clock of the database; without meaning once confirmed.',
    }),
  };
  return [
    Type.Object(
      {
        sku: Type.String(),
        available: Type.Integer({
          minimum: 0,
          description: 'On hand, less held, less allocated.',
        }),
        state,
      },
      { $id: 'Availability' },
    ),
    Type.Object(
      { items: Type.Array(reference('Availability')) },
      { $id: 'Availabilities' },
    ),
    Type.Object(reservation, { $id: 'Reservation' }),
    Type.Object(
      {
        ...reservation,
        lines: Type.Array(
          Type.Object({
            sku: Type.String(),
            quantity,
            warehouseId: Type.String(),
            shipped: quantity,
          }),
        ),
      },
      { $id: 'ReservationDetail' },
    ),
    Type.Object(
      {
        sku: Type.String(),
        productId: Type.String({ format: 'uuid' }),
        available: quantity,
        state: Type.Enum(['in-stock', 'low', 'out'], {
          description: 'As it was last told to other services.',
        }),
        listed: Type.Boolean({
          description: 'Whether its product still has it.',
        }),
        sample: Type.Boolean(),
        warehouses: Type.Array(
          Type.Object({
            warehouseId: Type.String(),
            onHand: quantity,
            held: quantity,
            allocated: quantity,
            available: quantity,
          }),
        ),
      },
      { $id: 'SkuStock' },
    ),
    page('StockPage', 'SkuStock'),
    Type.Object(
      {
        movementId: Type.String(),
        kind: Type.Enum([...MOVEMENT_KINDS]),
        sku: Type.String(),
        warehouseId: Type.String(),
        quantity,
        onHand: Type.Integer({ description: 'By how much it changed.' }),
        held: Type.Integer(),
        allocated: Type.Integer(),
        reference: Type.String({
          description:
            'Id of the reservation, receipt, adjustment, shipment, return or reconciliation.',
        }),
        reason: Type.Optional(Type.String()),
        actor: Type.Optional(
          Type.String({ description: 'Subject of the member of staff.' }),
        ),
        recordedAt: time,
      },
      { $id: 'Movement' },
    ),
    page('MovementPage', 'Movement'),
    Type.Object(
      {
        warehouseId: Type.String(),
        name: Type.String(),
        position: Type.Integer(),
      },
      { $id: 'Warehouse' },
    ),
    Type.Object(
      { items: Type.Array(reference('Warehouse')) },
      { $id: 'Warehouses' },
    ),
    { ...receiptBody, $id: 'Receipt' },
    { ...adjustmentBody, $id: 'Adjustment' },
    Type.Object(
      {
        reconciliationId: Type.String({ format: 'uuid' }),
        state: Type.Enum(['open', 'done']),
        requestedBy: Type.String(),
        skusChecked: quantity,
        holdsExpired: Type.Integer({
          minimum: 0,
          description: 'Holds past their time that nobody had swept.',
        }),
        differences: quantity,
        unrepaired: Type.Integer({
          minimum: 0,
          description: 'Differences that a person has to look at.',
        }),
        startedAt: time,
        finishedAt: Type.Optional(time),
      },
      { $id: 'Reconciliation' },
    ),
    page('ReconciliationPage', 'Reconciliation'),
    Type.Object(
      {
        sku: Type.String(),
        warehouseId: Type.String({
          description: 'Empty for the state, which is over all warehouses.',
        }),
        quantity: Type.Enum(['on_hand', 'held', 'allocated', 'state']),
        stock: Type.String({ description: 'What the stock said.' }),
        ledger: Type.Optional(
          Type.String({ description: 'What the movements add up to.' }),
        ),
        reservations: Type.Optional(
          Type.String({ description: 'What reservations keep.' }),
        ),
        outcome: Type.Enum(['repaired', 'needs-care']),
      },
      { $id: 'Difference' },
    ),
    page('DifferencePage', 'Difference'),
  ];
}
