import type { RateTable } from './rateTable.ts';
import { quoteShipping } from './quote.ts';
import type { OptionId } from './types.ts';

/** Working days of an option to a place, whatever the weight; undefined where the table no longer delivers by it. */
export function deliveryDays(
  table: RateTable,
  to: { country: string; postalCode?: string; optionId: OptionId },
): { minDays: number; maxDays: number } | undefined {
  const outcome = quoteShipping(table, {
    ...to,
    weightGrams: 0,
    subtotal: { amount: 0, currency: 'EUR' },
  });
  const option = outcome.ok
    ? outcome.options.find(({ optionId }) => optionId === to.optionId)
    : undefined;
  return option && { minDays: option.minDays, maxDays: option.maxDays };
}
