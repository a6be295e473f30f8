/** Digits after the point, by ISO 4217. */
const exponents: Record<string, number> = {
  eur: 2,
  usd: 2,
  gbp: 2,
  cny: 2,
  jpy: 0,
  kwd: 3,
};

/** Currencies of this provider, in lower case as its API writes them. */
export const CURRENCIES = ['eur', 'usd', 'gbp', 'cny', 'jpy', 'kwd'] as const;

/** Largest amount, in minor units. */
export const MAX_MINOR = 999_999_999_999n;

/**
 * Reads a decimal amount, such as `12.34`, into minor units. The number of digits after the point is exactly that of the currency:
 * `12.3` euros and `5.0` yen are refused.
 *
 * @returns undefined when the text is not such an amount or out of bounds
 */
export function parseAmount(
  text: string,
  currency: string,
): bigint | undefined {
  const exponent = exponents[currency];
  const pattern =
    exponent === 0
      ? /^\d{1,12}$/
      : new RegExp(`^\\d{1,12}\\.\\d{${exponent}}$`);
  if (exponent === undefined || !pattern.test(text)) {
    return undefined;
  }
  const minor = BigInt(text.replace('.', ''));
  return minor <= MAX_MINOR ? minor : undefined;
}

/** Writes minor units as a decimal amount. */
export function formatAmount(minor: bigint, currency: string): string {
  const exponent = exponents[currency];
  if (exponent === undefined) {
    throw new Error(`Currency ${currency} is not known`);
  }
  if (exponent === 0) {
    return minor.toString();
  }
  const digits = minor.toString().padStart(exponent + 1, '0');
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}
