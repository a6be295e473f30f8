import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { ProductQuery } from './types.ts';

const query: ProductQuery = {
  currency: 'EUR',
  sort: 'price',
  language: 'en',
  limit: 24,
};
const id = '0c40e01e-c108-8fcf-b03f-40fa53d07437';

describe('cursors', () => {
  it('come back as they were, for any name', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 100 }).filter(name => !name.includes('\0')),
        key => {
          const byName: ProductQuery = { ...query, sort: 'name' };
          expect(
            decodeCursor(byName, encodeCursor(byName, { key, id })),
          ).toEqual({ key, id });
        },
      ),
    );
  });

  it('stay valid when the page size changes', () => {
    const cursor = encodeCursor(query, { key: '1895', id });
    expect(decodeCursor({ ...query, limit: 5 }, cursor)).toEqual({
      key: '1895',
      id,
    });
  });

  it.each([
    [{ sort: '-price' as const }],
    [{ category: 'kitchen' }],
    [{ currency: 'USD' as const }],
    [{ text: 'oak' }],
    [{ minPrice: 1 }],
  ])('are refused for a list with other filters: %p', change => {
    const cursor = encodeCursor(query, { key: '1895', id });
    expect(() => decodeCursor({ ...query, ...change }, cursor)).toThrow(
      /other filters/,
    );
  });

  it('that were made up are refused, whatever they are', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(() => decodeCursor(query, text)).toThrow(
          expect.objectContaining({ code: 'invalid-cursor' }),
        );
      }),
    );
  });

  it.each([
    ['price', 'abc'],
    ['price', '-1'],
    ['newest', '2026-02-30T00:00:00.000000Z'],
    ['newest', 'yesterday'],
    ['relevance', 'NaN'],
    ['name', 'a\0b'],
  ] as const)(
    'with a key that %s cannot have (%p) never reach the database',
    (sort, key) => {
      const forged: ProductQuery = { ...query, sort, text: 'oak' };
      expect(() =>
        decodeCursor(forged, encodeCursor(forged, { key, id })),
      ).toThrow(expect.objectContaining({ code: 'invalid-cursor' }));
    },
  );
});
