import { etagOf, matchesEtag } from './etag.ts';

describe('matchesEtag', () => {
  it.each([
    ['"a"', '"a"', true],
    ['W/"a"', '"a"', true],
    ['"b", "a"', '"a"', true],
    ['*', '"a"', true],
    ['"b"', '"a"', false],
    ['', '"a"', false],
    ['a', '"a"', false],
  ])('compares If-None-Match %p with %p: %p', (header, etag, matches) => {
    expect(matchesEtag(header, etag)).toBe(matches);
  });
});

describe('etagOf', () => {
  it('is the same for the same bytes and another for others', () => {
    expect(etagOf('{"a":1}')).toBe(etagOf(Buffer.from('{"a":1}')));
    expect(etagOf('{"a":1}')).not.toBe(etagOf('{"a":2}'));
    expect(etagOf('')).toMatch(/^"[\w-]+"$/);
  });
});
