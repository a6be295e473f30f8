import fc from 'fast-check';
import type { CacheValue } from './Cache.ts';
import { decodeValue, encodeValue } from './encodeValue.ts';

const leaf: fc.Arbitrary<CacheValue> = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(n => n || 0),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 20 }).map(bytes => Buffer.from(bytes)),
);

const memberName = fc.oneof(
  fc.constant('$bytes'),
  fc.string().filter(name => name !== '__proto__'),
);

/** Values of every kind, nested to a depth. */
function nested(depth: number): fc.Arbitrary<CacheValue> {
  return depth <= 1
    ? leaf
    : fc.oneof(
        leaf,
        fc
          .array(nested(depth - 1), { maxLength: 4 })
          .map((list): CacheValue => list),
        fc
          .dictionary(memberName, nested(depth - 1), { maxKeys: 4 })
          .map((dictionary): CacheValue => ({ ...dictionary })),
      );
}

describe('encodeValue', () => {
  it('comes back as it was, whatever is in it', () => {
    fc.assert(
      fc.property(nested(4), given => {
        expect(decodeValue(encodeValue(given))).toEqual(given);
      }),
    );
  });

  it('takes bytes that it did not make as nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
        const decoded = decodeValue(Buffer.from(bytes));
        expect(decoded === undefined || bytes[0] === 1).toBe(true);
      }),
    );
    const whole = encodeValue({ body: Buffer.from('abc') });
    expect(decodeValue(whole.subarray(0, -1))).toBeUndefined();
    expect(decodeValue(Buffer.from([2, 0, 0, 0, 0]))).toBeUndefined();
  });
});
