import {
  ConflictError,
  NotFoundError,
  UnavailableError,
  UnprocessableError,
} from '@shopfloor/service-kit';
import type { LimitProblem } from './lines.ts';

/** There is no such cart of this shopper. */
export function cartNotFound(cartId: string): NotFoundError {
  return new NotFoundError({
    code: 'cart-not-found',
    message: `There is no cart ${cartId}.`,
  });
}

/** Products does not sell it in the currency of the cart. */
export function unknownSku(
  sku: string,
  field: { in: 'path' | 'body'; field: string },
): UnprocessableError {
  return new UnprocessableError({
    code: 'unknown-sku',
    message: `${sku} is not sold in the currency of this cart.`,
    fields: [{ ...field, message: 'is not sold in the currency of this cart' }],
  });
}

/** Products does not answer and nothing is remembered, so nobody knows whether it is sold. */
export function productsUnavailable(): UnavailableError {
  return new UnavailableError({
    code: 'products-unavailable',
    message:
      'New things cannot be put into the cart right now. Try again shortly.',
    notDone: true,
  });
}

/** A cap would be passed. */
export function aboveLimit(
  problem: LimitProblem,
  field: string,
): UnprocessableError {
  const [code, message] = (() => {
    switch (problem.kind) {
      case 'twice':
        return ['sku-twice', 'stands there twice'];
      case 'line':
        return [
          'quantity-above-cap',
          `must not be above ${problem.limit}, the most of one thing`,
        ];
      case 'lines':
        return [
          'too-many-lines',
          `a cart holds at most ${problem.limit} lines`,
        ];
      default:
        return [
          'cart-above-cap',
          `would bring the cart above ${problem.limit} units`,
        ];
    }
  })();
  return new UnprocessableError({
    code,
    message: `${field} ${message}.`,
    fields: [{ in: 'body', field, message }],
  });
}

/** Somebody else changes the same cart at the same moment. */
export function cartBusy(): ConflictError {
  return new ConflictError({
    code: 'cart-busy',
    message: 'The cart changes at this moment. Try again.',
  });
}
