import { createHash } from 'node:crypto';

/**
 * The hash of content that a decision is about: give it all that would be done. Two values that JSON cannot tell apart have
 * one hash, whatever the order of their keys.
 *
 * @throws TypeError for what JSON cannot say, such as a function or NaN
 */
export function contentHash(content: unknown): string {
  const hex = createHash('sha256').update(canonical(content)).digest('hex');
  return `sha256:${hex}`;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries
      .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
      .join(',')}}`;
  }
  const text = JSON.stringify(value);
  if (
    text === undefined ||
    (typeof value === 'number' && !Number.isFinite(value))
  ) {
    throw new TypeError(`${String(value)} has no place in content`);
  }
  return text;
}
