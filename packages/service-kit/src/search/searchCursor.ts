import { hash } from 'node:crypto';
import { InvalidInputError } from '../problems/DomainError.ts';
import type { SearchQuery } from './types.ts';

/** A place in the order of what was found: the last hit seen. */
export interface SearchPosition {
  /** What the order goes by: a number, or a score as text. */
  value: number | string;
  id: string;
  /** Whether the page before was relaxed; the next must be, too. */
  relaxed: boolean;
}

/** What makes two queries the same list. The size of a page may change. */
function fingerprint(query: SearchQuery): string {
  return hash(
    'sha1',
    JSON.stringify([
      query.text ?? null,
      query.filters ?? [],
      query.sort ?? null,
    ]),
    'base64url',
  ).slice(0, 12);
}

/** Makes the opaque cursor that goes on after a position. */
export function encodeSearchCursor(
  query: SearchQuery,
  position: SearchPosition,
): string {
  const { value, id, relaxed } = position;
  return Buffer.from(
    JSON.stringify([1, fingerprint(query), value, id, relaxed]),
  ).toString('base64url');
}

function refuse(message: string): never {
  throw new InvalidInputError({
    code: 'invalid-cursor',
    message: `The cursor ${message}.`,
    fields: [{ in: 'query', field: 'cursor', message }],
  });
}

const SCORE = /^\d{1,6}(\.\d{1,9})?$/;

/**
 * Reads a cursor and checks that it belongs to this query.
 *
 * @throws InvalidInputError `invalid-cursor`
 */
export function decodeSearchCursor(
  query: SearchQuery,
  cursor: string,
): SearchPosition {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return refuse('is not one of this service');
  }
  if (!Array.isArray(parts) || parts.length !== 5 || parts[0] !== 1) {
    return refuse('is not one of this service');
  }
  const [, print, value, id, relaxed] = parts;
  if (print !== fingerprint(query)) {
    return refuse(
      'belongs to a list with other filters; start again without it',
    );
  }
  const fits =
    (typeof value === 'number' && Number.isFinite(value)) ||
    (typeof value === 'string' && SCORE.test(value));
  if (
    !fits ||
    (query.sort !== undefined && typeof value !== 'number') ||
    typeof id !== 'string' ||
    id.length > 200 ||
    id.includes('\0') ||
    typeof relaxed !== 'boolean'
  ) {
    return refuse('is not one of this service');
  }
  return { value, id, relaxed };
}
