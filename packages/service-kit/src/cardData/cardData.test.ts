import fc from 'fast-check';
import { findCardData, hasCardNumber, passesLuhn } from './cardData.ts';

/** The check digit that makes digits pass. */
function withCheckDigit(digits: string): string {
  const check = [...'0123456789'].find(digit => passesLuhn(digits + digit));
  return digits + check;
}

const digits = (min: number, max: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max })
    .map(list => list.join(''));

describe('what looks like a card number', () => {
  it.each([
    ['4242424242424242'],
    ['4242 4242 4242 4242'],
    ['4242-4242-4242-4242'],
    ['3782 822463 10005'],
    ['6200000000000005'],
    ['my card is 5555555555554444, thanks'],
    ['4242 4242 4242 4242 12/29 123'],
    ['https://shop.example/?n=4000000000009995'],
    ['card4242424242424242'],
    ['tok_4242424242424242'],
    ['4242424242424242exp1229'],
  ])('%p is seen', text => {
    expect(hasCardNumber(text)).toBe(true);
  });

  it.each([
    ['4242424242424241'],
    ['424242424242'],
    ['019ad3f2-7c11-7e7e-8000-424242424242'],
    ['2026-11-26T10:43:33.123Z'],
    ['tok_42424242'],
    ['tok_9f4242424242424242a0b1c2d3e4f5a6'],
    ['ch_4242424242424242aaaaaaaaaaaaaaaa'],
    ['999999999999'],
    [''],
  ])('%p is none', text => {
    expect(hasCardNumber(text)).toBe(false);
  });

  it('is seen at every length that cards have, however it is grouped', () => {
    fc.assert(
      fc.property(
        digits(12, 18),
        fc.constantFrom('', ' ', '-'),
        (body, separator) => {
          const number = withCheckDigit(body);
          const grouped = number.match(/.{1,4}/g)!.join(separator);
          expect(hasCardNumber(`pay ${grouped} now`)).toBe(true);
        },
      ),
    );
  });

  it('never is an id in hexadecimal that has a letter', () => {
    fc.assert(
      fc.property(
        digits(0, 20),
        fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
        digits(20, 30),
        fc.constantFrom('', 'tok_', 'evt_', 'Hash='),
        (before, letter, after, prefix) => {
          const id = `${prefix}${before}${letter}${after}`;
          expect([id, hasCardNumber(id)]).toEqual([id, false]);
        },
      ),
    );
  });

  it('never is a UUID', () => {
    fc.assert(
      fc.property(fc.uuid(), id => {
        expect(hasCardNumber(id)).toBe(false);
      }),
    );
  });

  it('is found anywhere in a document, and named by where it is', () => {
    expect(findCardData({ a: [{ b: 'x' }, { c: '4242424242424242' }] })).toBe(
      '/a/1/c',
    );
    expect(findCardData({ a: 4242424242424242 })).toBe('/a');
    expect(findCardData({ a: { '4242424242424242': 1 } })).toBe('/a');
    expect(findCardData({ a: null, b: true, c: 12 })).toBeUndefined();
  });
});
