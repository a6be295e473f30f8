import Type from 'typebox';
import {
  foreignIdSchema,
  idSchema,
  lineSchema,
  quantitySchema,
  skuSchema,
} from './shared.ts';

/** A carrier took a parcel. */
export const shipmentDispatchedV1 = Type.Object({
  shipmentId: idSchema,
  orderId: idSchema,
  lines: Type.Array(lineSchema, { minItems: 1 }),
  carrier: Type.String({ minLength: 1, maxLength: 100 }),
  trackingId: foreignIdSchema,
  last: Type.Boolean({
    description: 'Whether nothing of the order is left to send.',
  }),
});

/** A parcel arrived. */
export const shipmentDeliveredV1 = Type.Object({
  shipmentId: idSchema,
  orderId: idSchema,
});

/** Goods came back and were looked at. */
export const returnReceivedV1 = Type.Object({
  returnId: idSchema,
  orderId: idSchema,
  lines: Type.Array(
    Type.Object({
      sku: skuSchema,
      quantity: quantitySchema,
      restock: Type.Boolean({ description: 'Whether they can be sold again.' }),
    }),
    { minItems: 1 },
  ),
});
