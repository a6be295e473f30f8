import fc from 'fast-check';
import { canonicalJson, fingerprintOf } from './fingerprint.ts';

describe('canonicalJson', () => {
  it.each([
    [
      { b: 1, a: [2, { d: null, c: 'x' }] },
      '{"a":[2,{"c":"x","d":null}],"b":1}',
    ],
    [undefined, 'null'],
    ['a"b', '"a\\"b"'],
    [{ a: undefined }, '{}'],
  ])('of %j is %s', (value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });

  it('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const plain = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
      }),
    );
  });
});

describe('fingerprintOf', () => {
  const request = { params: { id: '1' }, query: {}, body: { a: 1, b: 2 } };

  it('does not depend on the order of members, but on path, query and body', () => {
    const of = (change: object) =>
      fingerprintOf({ ...request, ...change }).toString('hex');
    expect(of({ body: { b: 2, a: 1 } })).toBe(of({}));
    const others = [
      of({}),
      of({ params: { id: '2' } }),
      of({ query: { x: '1' } }),
      of({ body: { a: 1, b: 3 } }),
      of({ body: { a: '1', b: 2 } }),
    ];
    expect(new Set(others).size).toBe(others.length);
  });
});
