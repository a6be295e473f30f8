import type { CacheValue } from './Cache.ts';
import { sealValue } from './sealValue.ts';

/** Raised when the form changes, so that a newer version never reads an older one's bytes. */
const FORM = 1;

/** Stands for a Buffer in the JSON part; objects that look like it are wrapped. */
const MARK = '$bytes';

function replaceBytes(value: CacheValue | undefined, bytes: Buffer[]): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (Buffer.isBuffer(value)) {
    bytes.push(value);
    return { [MARK]: bytes.length - 1 };
  }
  if (Array.isArray(value)) {
    return value.map(member => replaceBytes(member, bytes));
  }
  const plain = Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      replaceBytes(member, bytes),
    ]),
  );
  return MARK in plain ? { [MARK]: -1, value: plain } : plain;
}

function restoreBytes(value: unknown, bytes: readonly Buffer[]): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(member => restoreBytes(member, bytes));
  }
  const marked = value as Record<string, unknown>;
  const index = marked[MARK];
  if (typeof index === 'number' && index >= 0) {
    return bytes[index];
  }
  const plain = index === -1 ? (marked.value as object) : value;
  return Object.fromEntries(
    Object.entries(plain).map(([name, member]) => [
      name,
      restoreBytes(member, bytes),
    ]),
  );
}

/**
 * A value as bytes: form, length of the JSON part, JSON, then each Buffer after its length.
 *
 * @throws TypeError for what is no {@link CacheValue}
 */
export function encodeValue(value: CacheValue): Buffer {
  sealValue(value);
  const bytes: Buffer[] = [];
  const json = Buffer.from(JSON.stringify(replaceBytes(value, bytes)));
  const parts = [json, ...bytes].flatMap(part => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.byteLength);
    return [length, part];
  });
  return Buffer.concat([Buffer.from([FORM]), ...parts]);
}

/** The value of {@link encodeValue}'s bytes; undefined for bytes of another form, or broken ones. */
export function decodeValue(encoded: Buffer): CacheValue | undefined {
  if (encoded.byteLength < 5 || encoded[0] !== FORM) {
    return undefined;
  }
  const parts: Buffer[] = [];
  for (let at = 1; at < encoded.byteLength;) {
    if (at + 4 > encoded.byteLength) {
      return undefined;
    }
    const end = at + 4 + encoded.readUInt32BE(at);
    if (end > encoded.byteLength) {
      return undefined;
    }
    parts.push(encoded.subarray(at + 4, end));
    at = end;
  }
  const [json, ...bytes] = parts;
  try {
    const value = restoreBytes(
      JSON.parse(json.toString()),
      bytes,
    ) as CacheValue;
    sealValue(value);
    return value;
  } catch {
    return undefined;
  }
}
