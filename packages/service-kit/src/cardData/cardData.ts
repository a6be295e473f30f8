/** Whether digits have the check digit that card numbers have (ISO/IEC 7812-1, annex B). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    let digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    if (index % 2 === 1) {
      digit *= 2;
      if (digit > 9) {
        digit -= 9;
      }
    }
    sum += digit;
  }
  return sum % 10 === 0;
}

const MIN_DIGITS = 13;
const MAX_DIGITS = 19;

/** Ids have digits and dashes in any number, and are no card numbers. */
const UUIDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/**
 * Ids in hexadecimal, such as those of tokens and traces: one in some hundred has digits enough by chance. Whole words alone, with a
 * letter in them: digits only are no such id.
 */
const HEX_IDS = /(?<![0-9A-Za-z])(?=\d*[a-f])[0-9a-f]{16,}(?![0-9A-Za-z])/gi;

/** Groups of digits, parted by single spaces, dashes or dots, as people write card numbers. */
const RUNS = /\d+(?:[ .\u00a0-]\d+)*/g;

/** Whether a text has something in it that looks like a card number. */
export function hasCardNumber(text: string): boolean {
  if (text.length < MIN_DIGITS) {
    return false;
  }
  for (const [run] of text
    .replace(UUIDS, ' ')
    .replace(HEX_IDS, ' ')
    .matchAll(RUNS)) {
    const groups = run.split(/\D/);
    for (let first = 0; first < groups.length; first += 1) {
      let digits = '';
      for (let last = first; last < groups.length; last += 1) {
        digits += groups[last];
        if (digits.length > MAX_DIGITS) {
          break;
        }
        if (digits.length >= MIN_DIGITS && passesLuhn(digits)) {
          return true;
        }
      }
    }
  }
  return false;
}

/**
 * The JSON pointer of the first value, or name, in a document that looks like a card number. A pointer never has the number in it.
 *
 * @param except - pointers that are not looked at
 * @returns undefined when there is none
 */
export function findCardData(
  value: unknown,
  except: readonly string[] = [],
  pointer = '',
): string | undefined {
  if (except.includes(pointer)) {
    return undefined;
  }
  if (typeof value === 'string') {
    return hasCardNumber(value) ? pointer || '/' : undefined;
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    return hasCardNumber(String(value)) ? pointer || '/' : undefined;
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  for (const [name, member] of Object.entries(value)) {
    if (hasCardNumber(name)) {
      return pointer || '/';
    }
    const found = findCardData(member, except, `${pointer}/${name}`);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
