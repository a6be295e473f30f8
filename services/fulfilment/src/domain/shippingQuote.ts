import { UnprocessableError } from '@shopfloor/service-kit';
import {
  quoteShipping,
  type QuoteRequest,
  type ShippingOption,
} from './quote.ts';
import type { RateTable } from './rateTable.ts';

/** Ways of delivery, and the table they come from. */
export interface ShippingQuote {
  options: ShippingOption[];
  ratesVersion: string;
}

/**
 * Quotes from one table.
 *
 * @throws UnprocessableError `no-delivery`, naming what prevents it
 */
export function shippingQuote(
  rates: RateTable,
  request: QuoteRequest & { currency: string },
): ShippingQuote {
  if (request.currency !== request.subtotal.currency) {
    throw new UnprocessableError({
      code: 'currency-mismatch',
      message: `The subtotal is in ${request.subtotal.currency}, not in ${request.currency}; nothing is exchanged here.`,
      fields: [
        {
          in: 'body',
          field: '/subtotal/currency',
          message: `must be ${request.currency}`,
        },
      ],
    });
  }
  const outcome = quoteShipping(rates, request);
  if (!outcome.ok) {
    const country = outcome.reason === 'country';
    throw new UnprocessableError({
      code: 'no-delivery',
      message: country
        ? `Nothing is delivered to ${request.country}.`
        : `${request.weightGrams} g is more than can be delivered there at once.`,
      fields: [
        {
          in: 'body',
          field: country ? '/country' : '/weightGrams',
          message: country ? 'is not delivered to' : 'is too heavy',
        },
      ],
    });
  }
  return { options: outcome.options, ratesVersion: rates.version };
}
