import { createHash } from 'crypto';
import { JsonValue } from '@backstage/types';

/** The same for the same content, whatever the order of its keys. */
export function hashOf(value: JsonValue | undefined): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (value && typeof value === 'object') {
    return `{${Object.keys(value)
      .filter(key => value[key] !== undefined)
      .sort()
      .map(key => `${JSON.stringify(key)}:${canonical(value[key])}`)
      .join(',')}}`;
  }
  return JSON.stringify(value) ?? 'undefined';
}
