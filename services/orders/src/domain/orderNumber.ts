/** Crockford's base 32: no I, L, O or U, which people mistake. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A number a person can read out, `SF-7K3M-9QX2`: 40 random bits, so that nobody
 * guesses a neighbour's. The database keeps it unique.
 */
export function createOrderNumber(random: (bytes: Uint8Array) => void): string {
  const bytes = new Uint8Array(8);
  random(bytes);
  const letters = [...bytes].map(byte => ALPHABET[byte & 31]).join('');
  return `SF-${letters.slice(0, 4)}-${letters.slice(4)}`;
}
