import fc from 'fast-check';
import { contentHash } from './contentHash';

describe('the hash of content', () => {
  it('is that of its canonical JSON', () => {
    // printf '{"a":[1,"x",null],"b":true}' | sha256sum
    expect(contentHash({ b: true, a: [1, 'x', null], c: undefined })).toBe(
      'sha256:4d7b28d08614fa6b95c30756c0ebb1630591378c477e0943d35ac08f97b604a3',
    );
  });

  it('does not hang on the order of keys, and on everything else', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.string(),
        (content, key) => {
          const reversed = Object.fromEntries(
            Object.entries(content).reverse(),
          );
          expect(contentHash(reversed)).toBe(contentHash(content));
          expect(
            contentHash({ ...content, [key]: 'never drawn \u2603' }),
          ).not.toBe(contentHash({ ...content, [key]: 'another' }));
          expect(contentHash([content, 1])).not.toBe(contentHash([1, content]));
        },
      ),
    );
  });

  it('is of what JSON can say', () => {
    for (const value of [NaN, Infinity, () => 1, undefined, [undefined]]) {
      expect(() => contentHash(value)).toThrow(TypeError);
    }
  });
});
