import Type from 'typebox';
import { CURRENCIES } from '../domain/money.ts';

const closed = { additionalProperties: false };

const amount = Type.String({
  pattern: '^\\d{1,12}(\\.\\d{2,3})?$',
  description:
    'Decimal with exactly the digits of the currency, such as 12.34.',
});

const reference = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[\\x20-\\x7e]+$',
  description: 'The merchant’s own id.',
});

const chargeId = Type.String({ pattern: '^ch_[0-9a-f]{32}$' });

export const chargeBody = Type.Object(
  {
    amount,
    currency: Type.Enum([...CURRENCIES]),
    source: Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^tok_[a-z0-9_]+$',
      description: 'A token of a card. Never a card number.',
    }),
    reference,
    return_url: Type.Optional(
      Type.String({
        maxLength: 2000,
        format: 'uri',
        pattern: '^https?://',
        description: 'Where the shopper goes after a redirect.',
      }),
    ),
    action_expires_in_seconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 86_400 }),
    ),
  },
  closed,
);

export const captureBody = Type.Object(
  {
    charge: chargeId,
    amount,
    reference: Type.Optional(reference),
    final: Type.Boolean({
      default: false,
      description: 'Whether the rest is let go.',
    }),
  },
  closed,
);

export const refundBody = Type.Object(
  { charge: chargeId, amount, reference: Type.Optional(reference) },
  closed,
);

export const chargeOnlyBody = Type.Object({ charge: chargeId }, closed);

export const cancellationBody = Type.Object(
  { idempotency_key: Type.String({ minLength: 1, maxLength: 200 }) },
  closed,
);

export const keyHeaders = Type.Object({
  'idempotency-key': Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: '^[\\x21-\\x7e]+$',
    description: 'Kept for 24 hours.',
  }),
});

export const chargeParams = Type.Object({ id: chargeId });

export const chargeQuery = Type.Object({ reference }, closed);

export const ledgerQuery = Type.Object(
  {
    after: Type.Integer({
      minimum: 0,
      default: 0,
      description: 'Position after which to begin.',
    }),
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
  },
  closed,
);

const decimal = Type.String();
const partSchema = Type.Object({
  id: Type.String(),
  object: Type.String(),
  charge: Type.String(),
  reference: Type.Optional(Type.String()),
  amount: decimal,
  currency: Type.String(),
  status: Type.String(),
  created_at: Type.String({ format: 'date-time' }),
});

export const chargeSchema = Type.Object(
  {
    id: Type.String(),
    object: Type.Literal('charge'),
    reference: Type.String(),
    idempotency_key: Type.String(),
    amount: decimal,
    currency: Type.String(),
    status: Type.Enum([
      'requires_action',
      'authorized',
      'declined',
      'partially_captured',
      'captured',
      'voided',
      'expired',
    ]),
    authorized_amount: decimal,
    captured_amount: decimal,
    refunded_amount: decimal,
    version: Type.Integer({ description: 'Grows with every change.' }),
    failure_code: Type.Optional(Type.String()),
    card: Type.Object({ brand: Type.String(), last4: Type.String() }),
    redirect_url: Type.Optional(Type.String()),
    authorization_expires_at: Type.Optional(Type.String()),
    captures: Type.Array(partSchema),
    refunds: Type.Array(partSchema),
    disputes: Type.Array(partSchema),
    created_at: Type.String({ format: 'date-time' }),
  },
  { $id: 'Charge', description: 'A charge with all that became of it.' },
);

export const partWithChargeSchema = Type.Object(
  {
    ...partSchema.properties,
    charge: Type.Unsafe<object>({ $ref: 'Charge#' }),
  },
  { $id: 'Part', description: 'A capture or refund with its charge.' },
);

export const errorSchema = Type.Object(
  {
    error: Type.Object({
      type: Type.String(),
      code: Type.String(),
      message: Type.String(),
      param: Type.Optional(Type.String()),
    }),
  },
  { $id: 'Error', description: 'A refusal.' },
);

export const ledgerPageSchema = Type.Object({
  data: Type.Array(
    Type.Object({
      object: Type.Literal('ledger_entry'),
      position: Type.Integer(),
      type: Type.String(),
      charge: Type.String(),
      charge_reference: Type.String(),
      object_id: Type.String(),
      reference: Type.Optional(Type.String()),
      debit: Type.String(),
      credit: Type.String(),
      amount: decimal,
      currency: Type.String(),
      created_at: Type.String(),
    }),
  ),
  next_after: Type.Integer({
    description: 'Give it back as `after`. Also on the last page.',
  }),
  has_more: Type.Boolean(),
});
