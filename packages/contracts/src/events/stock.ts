import Type from 'typebox';
import { idSchema, skuSchema } from './shared.ts';

/** The stock state of a SKU became another. */
export const stockChangedV1 = Type.Object({
  sku: skuSchema,
  productId: idSchema,
  state: Type.Union([
    Type.Literal('in-stock'),
    Type.Literal('low'),
    Type.Literal('out'),
  ]),
});
