import Type from 'typebox';

/*
 * Objects stay open (no `additionalProperties: false`): a consumer of today must
 * read what a producer of tomorrow adds.
 */

/** An id made by the shop: UUID version 7 as text. */
export const idSchema = Type.String({ format: 'uuid' });

/** An id that may come from elsewhere: a customer's from the identity provider, a provider's own. */
export const foreignIdSchema = Type.String({ minLength: 1, maxLength: 200 });

export const skuSchema = Type.String({ minLength: 1, maxLength: 100 });

export const slugSchema = Type.String({ minLength: 1, maxLength: 200 });

/** Whole minor units of an ISO 4217 currency. */
export const moneySchema = Type.Object({
  amount: Type.Integer(),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
});

/** One text in the two languages of the shop. */
export const textsSchema = Type.Object({
  en: Type.String(),
  zh: Type.String(),
});

export const quantitySchema = Type.Integer({ minimum: 1 });

export const timeSchema = Type.String({ format: 'date-time' });

/** A machine-readable reason or the short words of staff; never about a person. */
export const reasonSchema = Type.String({ minLength: 1, maxLength: 500 });

/** As a person reads it, such as `SF-2026-000123`. */
export const orderNumberSchema = Type.String({ minLength: 1, maxLength: 50 });

export const lineSchema = Type.Object({
  sku: skuSchema,
  quantity: quantitySchema,
});
