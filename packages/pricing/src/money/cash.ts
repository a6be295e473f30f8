import { type Money, money } from './Money.ts';
import { roundToStep } from './rounding.ts';

/**
 * Smallest payable cash amount, in minor units, where coins below it are gone.
 * By country, since the euro countries differ among themselves.
 */
const cashSteps: ReadonlyMap<string, { currency: string; step: bigint }> =
  new Map([
    ['AU', { currency: 'AUD', step: 5n }],
    ['BE', { currency: 'EUR', step: 5n }],
    ['CA', { currency: 'CAD', step: 5n }],
    ['CH', { currency: 'CHF', step: 5n }],
    ['DK', { currency: 'DKK', step: 50n }],
    ['FI', { currency: 'EUR', step: 5n }],
    ['IE', { currency: 'EUR', step: 5n }],
    ['NL', { currency: 'EUR', step: 5n }],
    ['NO', { currency: 'NOK', step: 100n }],
    ['NZ', { currency: 'NZD', step: 10n }],
    ['SE', { currency: 'SEK', step: 100n }],
  ]);

/**
 * What is handed over when a total is paid in cash: CHF 12.98 become CHF 13.00.
 * Card payments are exact, so the total of an order is never rounded like this;
 * it is for a courier who collects cash or a till.
 */
export function roundCash(total: Money, country: string): Money {
  const rule = cashSteps.get(country);
  return rule?.currency === total.currency
    ? money(roundToStep(total.amount, rule.step, 'half-up'), total.currency)
    : total;
}
