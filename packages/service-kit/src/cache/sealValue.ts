import type { CacheValue } from './Cache.ts';

/** Rough bytes that an object or array costs besides what it holds. */
const CONTAINER_BYTES = 48;

function refuse(what: string): never {
  throw new TypeError(
    `A cache holds JSON values and Buffers, but was given ${what}`,
  );
}

/**
 * Freezes a value all the way down, so that the next one to be given it gets the
 * same, and estimates its size in bytes.
 *
 * @throws TypeError for what would not come back the same from another process
 */
export function sealValue(value: CacheValue | undefined): number {
  switch (typeof value) {
    case 'string':
      return 2 * value.length;
    case 'boolean':
      return 8;
    case 'number':
      return Number.isFinite(value) ? 8 : refuse(String(value));
    case 'object':
      break;
    default:
      return refuse(typeof value);
  }
  if (value === null) {
    return 8;
  }
  if (Buffer.isBuffer(value)) {
    return CONTAINER_BYTES + value.byteLength;
  }
  let size = CONTAINER_BYTES;
  if (Array.isArray(value)) {
    for (const member of value as CacheValue[]) {
      size += sealValue(member);
    }
  } else {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      refuse(`an instance of ${prototype?.constructor?.name}`);
    }
    for (const [name, member] of Object.entries(value)) {
      size += 2 * name.length;
      if (member !== undefined) {
        size += sealValue(member);
      }
    }
  }
  Object.freeze(value);
  return size;
}
