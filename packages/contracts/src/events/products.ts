import Type from 'typebox';
import {
  idSchema,
  skuSchema,
  slugSchema,
  textsSchema,
  timeSchema,
} from './shared.ts';

/** A product was made, changed or deleted: the whole of what others show of it. */
export const productChangedV1 = Type.Object({
  productId: idSchema,
  slug: slugSchema,
  deleted: Type.Boolean(),
  names: textsSchema,
  descriptions: textsSchema,
  brand: Type.String(),
  categories: Type.Array(Type.Object({ slug: slugSchema, names: textsSchema })),
  skus: Type.Array(skuSchema),
  prices: Type.Record(
    Type.String({ pattern: '^[A-Z]{3}$' }),
    Type.Object({
      from: Type.Integer({ minimum: 0 }),
      to: Type.Integer({ minimum: 0 }),
    }),
    { description: 'Cheapest and dearest variant, minor units by currency.' },
  ),
  rating: Type.Optional(
    Type.Object({
      average: Type.Number({ minimum: 0, maximum: 5 }),
      count: Type.Integer({ minimum: 0 }),
    }),
  ),
  sample: Type.Boolean(),
  createdAt: timeSchema,
});
