import { createHash } from 'node:crypto';

/** JSON with the members of objects in a fixed order, so that equal values are equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`,
      );
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** What tells two requests with one key apart. */
export function fingerprintOf(request: {
  params: unknown;
  query: unknown;
  body: unknown;
}): Buffer {
  return createHash('sha256')
    .update(canonicalJson([request.params, request.query, request.body]))
    .digest();
}
