import Type from 'typebox';
import {
  foreignIdSchema,
  idSchema,
  lineSchema,
  moneySchema,
  orderNumberSchema,
  reasonSchema,
} from './shared.ts';

/** An order is paid for (authorised) and its stock is held for good. */
export const orderConfirmedV1 = Type.Object({
  orderId: idSchema,
  orderNumber: orderNumberSchema,
  cartId: idSchema,
  cartVersion: Type.Integer({ minimum: 0 }),
  customerId: Type.Optional(foreignIdSchema),
  lines: Type.Array(lineSchema, { minItems: 1 }),
  total: moneySchema,
});

/** An order ended before anything was sent. */
export const orderCancelledV1 = Type.Object({
  orderId: idSchema,
  orderNumber: orderNumberSchema,
  reason: reasonSchema,
});

/** A parcel of the order left. */
export const orderShippedV1 = Type.Object({
  orderId: idSchema,
  orderNumber: orderNumberSchema,
  shipmentId: idSchema,
  complete: Type.Boolean({
    description: 'Whether nothing of the order is left to send.',
  }),
});

/** Money went back. */
export const orderRefundedV1 = Type.Object({
  orderId: idSchema,
  orderNumber: orderNumberSchema,
  refundId: idSchema,
  amount: moneySchema,
});

/** An order that a guest placed belongs to a customer now. */
export const orderClaimedV1 = Type.Object({
  orderId: idSchema,
  orderNumber: orderNumberSchema,
  customerId: foreignIdSchema,
});

/** A person has to decide. */
export const orderCareNeededV1 = Type.Object({
  orderId: idSchema,
  orderNumber: orderNumberSchema,
  reason: reasonSchema,
});
