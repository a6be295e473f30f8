import Type from 'typebox';
import { foreignIdSchema, idSchema, moneySchema } from './shared.ts';

/** A hint to read the payment again; never a command. */
export const paymentUpdatedV1 = Type.Object({
  paymentId: idSchema,
  orderId: idSchema,
  state: Type.Union([
    Type.Literal('pending'),
    Type.Literal('requires-action'),
    Type.Literal('authorised'),
    Type.Literal('declined'),
    Type.Literal('captured'),
    Type.Literal('partially-captured'),
    Type.Literal('voided'),
    Type.Literal('expired'),
    Type.Literal('failed'),
  ]),
});

/** The holder of the card disputes the charge, or the dispute was decided. */
export const paymentDisputedV1 = Type.Object({
  paymentId: idSchema,
  orderId: idSchema,
  disputeId: foreignIdSchema,
  amount: moneySchema,
  state: Type.Union([
    Type.Literal('opened'),
    Type.Literal('won'),
    Type.Literal('lost'),
  ]),
});
