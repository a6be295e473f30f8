import { currencyExponent } from './currencies.ts';
import { type Money, money } from './Money.ts';

/**
 * Reads `12.34`, `-0.5` or `1000` as money. Fewer digits than the currency has
 * are filled, more are refused, never rounded.
 *
 * @throws RangeError for anything else
 */
export function parseMoney(text: string, currency: string): Money {
  const exponent = currencyExponent(currency);
  const match = /^(-?)(\d{1,16})(?:\.(\d{1,4}))?$/.exec(text);
  const fraction = match?.[3] ?? '';
  if (!match || fraction.length > exponent) {
    throw new RangeError(
      `"${text}" is not an amount of ${currency}, which has ${exponent} digits after the point`,
    );
  }
  const digits = BigInt(match[2] + fraction.padEnd(exponent, '0'));
  return money(match[1] ? -digits : digits, currency);
}

/** Writes money with all digits of its currency: `12.30 EUR`, `1230 JPY`. For logs and tests, not for shoppers. */
export function formatMoney({ amount, currency }: Money): string {
  const exponent = currencyExponent(currency);
  const digits = (amount < 0n ? -amount : amount)
    .toString()
    .padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = digits.slice(digits.length - exponent);
  return `${amount < 0n ? '-' : ''}${whole}${fraction && '.'}${fraction} ${currency}`;
}
