import Type, { type TProperties } from 'typebox';
import { PAYMENT_STATES } from '../domain/paymentStates.ts';
import { CURRENCIES, MAX_AMOUNT, type Payment } from '../domain/types.ts';

const closed = { additionalProperties: false };

/** Refers to a schema that the application has by this id. */
export function reference<T>(id: string, description: string) {
  return Type.Unsafe<T>({ $ref: `${id}#`, description });
}

const id = (description: string) =>
  Type.String({
    // Lower case alone: an id has one spelling.
    pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
    description,
  });

const currency = Type.Enum([...CURRENCIES], {
  description: 'ISO 4217 code.',
});

const askedMoney = Type.Object(
  {
    amount: Type.Integer({
      minimum: 1,
      maximum: MAX_AMOUNT,
      description: 'In the minor unit of the currency.',
    }),
    currency,
  },
  closed,
);

export const createPaymentBody = Type.Object(
  {
    paymentId: id('Made by the caller; the same id gives the same payment.'),
    orderId: id('The order that is paid.'),
    amount: askedMoney,
    token: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[\\x21-\\x7e]+$',
      description: 'Stands for a card; from the provider’s card field.',
    }),
    returnUrl: Type.String({
      format: 'uri',
      pattern: '^https?://',
      maxLength: 2000,
      description: 'Where the shopper comes back to after a redirect.',
    }),
    expiresInSeconds: Type.Integer({
      minimum: 10,
      maximum: 86_400,
      description: 'How long the shopper may take.',
    }),
  },
  closed,
);

export const captureBody = Type.Object(
  {
    captureId: id('Made by the caller.'),
    amount: askedMoney,
    final: Type.Boolean({
      default: false,
      description: 'The last capture of this payment: what is left is let go.',
    }),
  },
  closed,
);

export const refundBody = Type.Object(
  {
    refundId: id('Made by the caller.'),
    amount: askedMoney,
    reason: Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[a-z][a-z0-9-]*$',
      description: 'Machine-readable, such as `return`.',
    }),
  },
  closed,
);

export const paymentParams = Type.Object({ id: id('The payment.') });

export const paymentQuery = Type.Object(
  {
    refresh: Type.Boolean({
      default: false,
      description: 'Whether the provider is asked first.',
    }),
  },
  closed,
);

export const emptyQuery = Type.Object({}, closed);

export const emptyBody = Type.Union([Type.Null(), Type.Object({}, closed)]);

export const exportParams = Type.Object({
  customerId: Type.String({ minLength: 1, maxLength: 200 }),
});

export const exportSchema = Type.Object(
  { service: Type.Literal('payments'), records: Type.Object({}) },
  { description: 'Always empty: payments knows orders, and no people.' },
);

const money = (description: string) =>
  Type.Object(
    { amount: Type.Integer(), currency: Type.String() },
    { description },
  );

const part = (extra: TProperties = {}) =>
  Type.Object({
    id: Type.String(),
    amount: money('Minor units.'),
    state: Type.Enum(['pending', 'succeeded', 'failed']),
    failureCode: Type.Optional(Type.String()),
    ...extra,
  });

export const paymentSchema = Type.Object(
  {
    paymentId: Type.String(),
    orderId: Type.String(),
    state: Type.Enum([...PAYMENT_STATES]),
    nextAction: Type.Optional(
      Type.Object({ type: Type.Literal('redirect'), url: Type.String() }),
    ),
    amount: money('What was asked for: the total of the order.'),
    authorised: money('Zero, or all of it.'),
    captured: money('Known to be captured.'),
    refunded: money('Known to be refunded.'),
    declineCode: Type.Optional(
      Type.String({ description: 'Why it was declined or failed.' }),
    ),
    authorisationExpiresAt: Type.Optional(Type.String({ format: 'date-time' })),
    capturePolicy: Type.Enum(
      ['each-shipment', 'once-at-last-shipment', 'all-at-last-shipment'],
      { description: 'How captures have to be made.' },
    ),
    captures: Type.Array(part()),
    refunds: Type.Array(part()),
    disputes: Type.Array(
      Type.Object({
        disputeId: Type.String(),
        amount: money('What is disputed.'),
        state: Type.Enum(['opened', 'won', 'lost']),
      }),
    ),
    version: Type.Integer({ description: 'Grows with each change.' }),
  },
  { $id: 'Payment', description: 'A payment with all that became of it.' },
);

export const paymentReference = (description: string) =>
  reference<Payment>('Payment', description);

export const webhookParams = Type.Object({
  provider: Type.String({ pattern: '^[a-z][a-z0-9-]{0,30}$' }),
});

export const differenceSchema = Type.Object(
  {
    differenceId: Type.String(),
    kind: Type.Enum(['missing-here', 'missing-there', 'amount-differs']),
    movement: Type.String({ description: 'Such as `capture`.' }),
    objectId: Type.String({
      description: 'Our id where there is one, else the provider’s.',
    }),
    paymentId: Type.Optional(Type.String()),
    here: Type.Optional(money('As our ledger has it.')),
    there: Type.Optional(money('As the provider has it.')),
    state: Type.Enum(['open', 'repaired', 'resolved']),
    action: Type.Optional(
      Type.String({ description: 'What repaired it, such as `settled`.' }),
    ),
    note: Type.Optional(Type.String()),
    foundAt: Type.String({ format: 'date-time' }),
    resolvedAt: Type.Optional(Type.String({ format: 'date-time' })),
  },
  {
    $id: 'Difference',
    description: 'Something in which our ledger and the provider’s differ.',
  },
);

export const reconciliationSchema = Type.Object(
  {
    ran: Type.Boolean({
      description: 'False when another replica was at it.',
    }),
    imported: Type.Integer({ description: 'Entries of the provider read.' }),
    matched: Type.Integer({ description: 'Movements that are on both sides.' }),
    repaired: Type.Integer(),
    open: Type.Integer({ description: 'Differences that wait for a person.' }),
  },
  { $id: 'Reconciliation', description: 'What a comparison found.' },
);

export const differencesQuery = Type.Object(
  {
    state: Type.Enum(['open', 'repaired', 'resolved'], { default: 'open' }),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
    cursor: Type.Optional(id('`nextCursor` of the page before.')),
  },
  closed,
);

export const resolutionBody = Type.Object(
  {
    note: Type.String({
      minLength: 1,
      maxLength: 500,
      pattern: '^[^\\u0000]*\\S[^\\u0000]*$',
      description: 'What was done about it. Nothing about a person.',
    }),
  },
  closed,
);
