import { InvalidInputError } from '@shopfloor/service-kit';

/** Makes the opaque cursor of a list from the place of its last row. */
export function encodeCursor(list: string, place: readonly string[]): string {
  return Buffer.from(JSON.stringify([list, ...place])).toString('base64url');
}

/**
 * Reads a cursor of a list; each part of the place has to fit its pattern.
 *
 * @throws InvalidInputError `invalid-cursor`
 */
export function decodeCursor(
  list: string,
  cursor: string,
  patterns: readonly RegExp[],
): string[] {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    parts = undefined;
  }
  const [name, ...place] = Array.isArray(parts) ? parts : [];
  if (
    name !== list ||
    place.length !== patterns.length ||
    !patterns.every(
      (pattern, index) =>
        typeof place[index] === 'string' && pattern.test(place[index]),
    )
  ) {
    const message = 'is not a cursor of this list';
    throw new InvalidInputError({
      code: 'invalid-cursor',
      message: `cursor ${message}`,
      fields: [{ in: 'query', field: 'cursor', message }],
    });
  }
  return place;
}
