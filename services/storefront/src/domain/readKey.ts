import { type FieldProblem, InvalidInputError } from '@shopfloor/service-kit';

/** Longest text of all parameters together. */
const MAX_LENGTH = 1000;

/** As validation left it: numbers where the schema asks for them. */
type Query = Record<string, unknown>;

/**
 * Brings the parameters of a read into one order, so that equal reads have one key and
 * what is not known here makes no key at all.
 *
 * @throws InvalidInputError that names each parameter that is wrong
 */
export function canonicalQuery(
  query: Query,
  allowed: readonly string[],
): string {
  const names = Object.keys(query);
  if (names.length === 0) {
    return '';
  }
  const problems: FieldProblem[] = [];
  const parts: string[] = [];
  for (const name of names.sort()) {
    const value = query[name];
    if (!allowed.includes(name)) {
      problems.push({ in: 'query', field: name, message: 'is not known here' });
      continue;
    }
    if (value === undefined) {
      continue;
    }
    const values = [value].flat().map(String).sort();
    if (values.some(one => one.includes('\0'))) {
      problems.push({
        in: 'query',
        field: name,
        message: 'must not contain NUL',
      });
      continue;
    }
    for (const one of values) {
      parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(one)}`);
    }
  }
  const text = parts.join('&');
  if (text.length > MAX_LENGTH) {
    problems.push({
      in: 'query',
      field: parts.length === 1 ? Object.keys(query)[0] : '',
      message: `must not be longer than ${MAX_LENGTH} characters in all`,
    });
  }
  if (problems.length > 0) {
    throw new InvalidInputError({
      code: 'validation-failed',
      message: `These fields are not valid: ${problems.map(({ field }) => field).join(', ')}.`,
      fields: problems,
    });
  }
  return text;
}

/** Whether the client wants no cached answer. */
export function wantsFresh(cacheControl: string | undefined): boolean {
  return (
    cacheControl !== undefined &&
    /(?:^|[\s,])(?:no-cache|no-store)(?:$|[\s,])/i.test(cacheControl)
  );
}
