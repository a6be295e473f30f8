import type { RateTable } from './rateTable.ts';
import type { Localised, Money, OptionId } from './types.ts';

/** What a quote depends on. */
export interface QuoteRequest {
  country: string;
  postalCode?: string;
  weightGrams: number;
  /** Goods after discounts, in the currency that the delivery is charged in. */
  subtotal: Money;
}

/** One way of delivery with its price. */
export interface ShippingOption {
  optionId: OptionId;
  title: Localised;
  price: Money;
  /** Working days until delivery, both inclusive. */
  minDays: number;
  maxDays: number;
}

/** Why nothing is delivered. */
export type NoDelivery = 'country' | 'weight';

/** The outcome of a quote: a refusal is an answer, no fault. */
export type QuoteOutcome =
  { ok: true; options: ShippingOption[] } | { ok: false; reason: NoDelivery };

/** Postal codes are compared without spaces and dashes, in upper case. */
function plainPostalCode(code: string): string {
  return code.replace(/[\s-]/g, '').toUpperCase();
}

/**
 * The ways of delivery to a place, cheapest first as the table lists them. Prices are
 * those of the currency's own list: nothing is exchanged.
 */
export function quoteShipping(
  table: RateTable,
  request: QuoteRequest,
): QuoteOutcome {
  const zone = table.zones.find(({ countries }) =>
    countries.includes(request.country),
  )?.zone;
  if (zone === undefined) {
    return { ok: false, reason: 'country' };
  }
  const { currency } = request.subtotal;
  const postalCode = plainPostalCode(request.postalCode ?? '');
  const remote = table.remoteAreas.find(
    area =>
      area.country === request.country &&
      area.postalPrefixes.some(prefix => postalCode.startsWith(prefix)),
  );
  const options: ShippingOption[] = [];
  for (const { optionId, title, zones } of table.options) {
    const rates = zones[zone];
    const band = rates?.bands.find(
      ({ upToGrams }) => request.weightGrams <= upToGrams,
    );
    if (!band || (remote && !remote.optionIds.includes(optionId))) {
      continue;
    }
    const free =
      rates.freeFrom !== undefined &&
      request.subtotal.amount >= rates.freeFrom[currency];
    const extraDays = remote?.extraDays ?? 0;
    options.push({
      optionId,
      title,
      price: { amount: free ? 0 : band.prices[currency], currency },
      minDays: rates.minDays + extraDays,
      maxDays: rates.maxDays + extraDays,
    });
  }
  return options.length > 0
    ? { ok: true, options }
    : { ok: false, reason: 'weight' };
}
