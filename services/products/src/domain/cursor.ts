import { hash } from 'node:crypto';
import { InvalidInputError } from '@shopfloor/service-kit';
import type { ProductQuery } from './types.ts';

/** Position in a list: the sort key and the id of the last row seen. */
export interface Position {
  key: string;
  id: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What makes two lists the same list, shortened. The page size may change between pages. */
function fingerprint(query: ProductQuery): string {
  const { text, category, minPrice, maxPrice, currency, sort, language } =
    query;
  return hash(
    'sha1',
    JSON.stringify([
      text ?? null,
      category ?? null,
      minPrice ?? null,
      maxPrice ?? null,
      currency,
      sort,
      // Names differ by language, so their order does, too.
      sort === 'name' ? language : null,
    ]),
    'base64url',
  ).slice(0, 12);
}

/** Makes the opaque cursor that continues after a position. */
export function encodeCursor(query: ProductQuery, position: Position): string {
  return Buffer.from(
    JSON.stringify([1, fingerprint(query), position.key, position.id]),
  ).toString('base64url');
}

/** Date.parse rolls 30 February over to March; PostgreSQL refuses it. */
function isCalendarDate(key: string): boolean {
  const time = Date.parse(key);
  return (
    !Number.isNaN(time) &&
    new Date(time).toISOString().slice(0, 19) === key.slice(0, 19)
  );
}

function keyFits(query: ProductQuery, key: string): boolean {
  switch (query.sort) {
    case 'price':
    case '-price':
      return /^\d{1,15}$/.test(key);
    case 'relevance':
      return /^\d{1,3}(\.\d{1,9})?$/.test(key);
    case 'newest':
      return (
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(key) &&
        isCalendarDate(key)
      );
    default:
      return key.length <= 300 && !key.includes('\0');
  }
}

function refuse(message: string): never {
  throw new InvalidInputError({
    code: 'invalid-cursor',
    message,
    fields: [{ in: 'query', field: 'cursor', message }],
  });
}

/**
 * Reads a cursor and checks that it belongs to this list.
 *
 * @throws InvalidInputError `invalid-cursor`
 */
export function decodeCursor(query: ProductQuery, cursor: string): Position {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return refuse('is not a cursor of this service');
  }
  if (
    !Array.isArray(parts) ||
    parts.length !== 4 ||
    parts[0] !== 1 ||
    typeof parts[2] !== 'string' ||
    typeof parts[3] !== 'string' ||
    !UUID.test(parts[3])
  ) {
    return refuse('is not a cursor of this service');
  }
  if (parts[1] !== fingerprint(query)) {
    return refuse(
      'belongs to a list with other filters; start again without it',
    );
  }
  if (!keyFits(query, parts[2])) {
    return refuse('is not a cursor of this service');
  }
  return { key: parts[2], id: parts[3] };
}
