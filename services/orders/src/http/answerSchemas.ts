import Type, { type TSchema } from 'typebox';
import { ORDER_STATES } from '../domain/orderProcess.ts';
import {
  amount,
  currency,
  localised,
  promotionBodySchema,
  reference,
  uuid,
} from './schemas.ts';

/** Named schemas of the answers. */
export function namedSchemas(): TSchema[] {
  const money = Type.Object({ amount, currency }, { $id: 'Money' });
  const $money = reference('Money');
  const totals = Type.Object(
    {
      items: $money,
      discounts: $money,
      shipping: $money,
      tax: $money,
      total: $money,
    },
    {
      $id: 'Totals',
      description:
        'Items and shipping at list prices, all discounts, tax (contained when prices include it, else on top), and what is paid.',
    },
  );
  const tax = Type.Object(
    {
      ratePpm: Type.Integer({ description: 'Parts per million.' }),
      net: $money,
      tax: $money,
    },
    { $id: 'Tax' },
  );
  const promotion = Type.Object(
    {
      promotionId: uuid,
      name: localised,
      code: Type.Optional(Type.String()),
      amount: $money,
    },
    { $id: 'AppliedPromotion' },
  );
  const option = Type.Object(
    {
      optionId: Type.String(),
      title: localised,
      price: $money,
      minDays: Type.Integer(),
      maxDays: Type.Integer(),
    },
    { $id: 'ShippingOption' },
  );
  const lineProperties = {
    sku: Type.String(),
    productId: Type.String(),
    name: localised,
    quantity: Type.Integer(),
    unitPrice: $money,
    discount: $money,
    net: $money,
    tax: $money,
    total: $money,
    taxRatePpm: Type.Integer(),
  };
  const quote = Type.Object(
    {
      quoteId: uuid,
      cartId: uuid,
      cartVersion: Type.Integer(),
      expiresAt: Type.String({ format: 'date-time' }),
      currency,
      pricesIncludeTax: Type.Boolean(),
      lines: Type.Array(
        Type.Object({
          ...lineProperties,
          available: Type.Optional(
            Type.Integer({
              description: 'A hint; nothing is held before the order.',
            }),
          ),
        }),
      ),
      shippingOptionId: Type.String(),
      shippingOptions: Type.Array(reference('ShippingOption')),
      totals: reference('Totals'),
      taxes: Type.Array(reference('Tax')),
      promotions: Type.Array(reference('AppliedPromotion')),
      unusedCodes: Type.Array(Type.String(), {
        description: 'Codes given that lower nothing.',
      }),
    },
    { $id: 'Quote' },
  );
  const orderProperties = {
    orderId: uuid,
    orderNumber: Type.String(),
    state: Type.Enum([...ORDER_STATES]),
    version: Type.Integer(),
    cartId: uuid,
    placedAt: Type.String({ format: 'date-time' }),
    confirmedAt: Type.Optional(Type.String({ format: 'date-time' })),
    shippedAt: Type.Optional(Type.String({ format: 'date-time' })),
    currency,
    pricesIncludeTax: Type.Boolean(),
    email: Type.Optional(Type.String()),
    shippingAddress: Type.Optional(
      Type.Object({
        name: Type.Optional(Type.String()),
        line1: Type.Optional(Type.String()),
        line2: Type.Optional(Type.String()),
        city: Type.Optional(Type.String()),
        region: Type.Optional(Type.String()),
        postalCode: Type.Optional(Type.String()),
        country: Type.Optional(Type.String()),
      }),
    ),
    shippingOptionId: Type.String(),
    lines: Type.Array(
      Type.Object({
        ...lineProperties,
        shipped: Type.Integer(),
        returned: Type.Integer(),
      }),
    ),
    totals: reference('Totals'),
    taxes: Type.Array(reference('Tax')),
    promotions: Type.Array(reference('AppliedPromotion')),
    captured: $money,
    refunded: $money,
    failure: Type.Optional(
      Type.Object({
        code: Type.String(),
        declineCode: Type.Optional(Type.String()),
        skus: Type.Optional(Type.Array(Type.String())),
      }),
    ),
    nextAction: Type.Optional(
      Type.Object({ type: Type.Literal('redirect'), url: Type.String() }),
    ),
  };
  const order = Type.Object(orderProperties, { $id: 'Order' });
  const summary = Type.Object(
    {
      orderId: uuid,
      orderNumber: Type.String(),
      state: Type.Enum([...ORDER_STATES]),
      placedAt: Type.String({ format: 'date-time' }),
      total: $money,
      quantity: Type.Integer(),
      careReason: Type.Optional(Type.String()),
    },
    { $id: 'OrderSummary' },
  );
  const page = Type.Object(
    {
      items: Type.Array(reference('OrderSummary')),
      nextCursor: Type.Optional(uuid),
    },
    { $id: 'OrderPage' },
  );
  const orderReturn = Type.Object(
    {
      returnId: uuid,
      state: Type.Enum(['requested', 'received']),
      lines: Type.Array(
        Type.Object({ sku: Type.String(), quantity: Type.Integer() }),
      ),
      reason: Type.String(),
      requestedAt: Type.String({ format: 'date-time' }),
      receivedAt: Type.Optional(Type.String({ format: 'date-time' })),
      refundId: Type.Optional(uuid),
    },
    { $id: 'Return' },
  );
  const caseFile = Type.Object(
    {
      order,
      careFrom: Type.Optional(Type.String()),
      careReason: Type.Optional(Type.String()),
      attempts: Type.Integer(),
      paymentId: uuid,
      paymentState: Type.Optional(Type.String()),
      shipmentId: uuid,
      disputed: $money,
      moves: Type.Array(
        Type.Object({
          moveId: uuid,
          kind: Type.Enum(['capture', 'refund']),
          amount: $money,
          state: Type.Enum(['due', 'done', 'failed']),
          reason: Type.String(),
          attempts: Type.Integer(),
        }),
      ),
      returns: Type.Array(reference('Return')),
      disputes: Type.Array(
        Type.Object({
          disputeId: Type.String(),
          amount: $money,
          state: Type.String(),
          updatedAt: Type.String({ format: 'date-time' }),
        }),
      ),
      history: Type.Array(
        Type.Object({
          at: Type.String({ format: 'date-time' }),
          from: Type.Optional(Type.String()),
          to: Type.String(),
          signal: Type.String(),
          actor: Type.String(),
          detail: Type.Optional(
            Type.Object({}, { additionalProperties: true }),
          ),
        }),
      ),
    },
    { $id: 'CaseFile' },
  );
  const storedPromotion = Type.Object(
    {
      promotionId: uuid,
      ...promotionBodySchema.properties,
      used: Type.Integer(),
      version: Type.Integer(),
    },
    { $id: 'Promotion' },
  );
  const reconciliation = Type.Object(
    {
      running: Type.Boolean(),
      startedAt: Type.Optional(Type.String({ format: 'date-time' })),
      finishedAt: Type.Optional(Type.String({ format: 'date-time' })),
      report: Type.Optional(
        Type.Object({
          compared: Type.Integer(),
          woken: Type.Integer(),
          latePayments: Type.Integer(),
          care: Type.Integer(),
          unanswered: Type.Integer(),
        }),
      ),
    },
    { $id: 'Reconciliation' },
  );
  return [
    money,
    totals,
    tax,
    promotion,
    option,
    quote,
    order,
    summary,
    page,
    orderReturn,
    {
      ...caseFile,
      properties: { ...caseFile.properties, order: reference('Order') },
    } as TSchema,
    storedPromotion,
    reconciliation,
  ];
}
