import { portQuery } from './portQuery.ts';
import { priceRanges } from './priceRanges.ts';
import { isInStock, productDocument } from './productIndex.ts';
import { CURRENCIES, type ProductData, type ProductSearch } from './types.ts';

const product: ProductData = {
  productId: '0c40e01e-c108-8fcf-b03f-40fa53d07437',
  slug: 'oak-board',
  deleted: false,
  names: { en: 'Oak Board', zh: '橡木板' },
  descriptions: { en: 'Made of oak.', zh: '橡木制。' },
  brand: 'Larkfield',
  categories: [{ slug: 'kitchen', names: { en: 'Kitchen', zh: '厨房' } }],
  skus: ['A', 'B'],
  prices: { EUR: { from: 1895, to: 2895 }, XAU: { from: 1, to: 2 } },
  sample: false,
  createdAt: '2026-01-05T08:00:00Z',
};

describe('isInStock', () => {
  it.each([
    [{}, false],
    [{ A: 'out' as const }, false],
    [{ A: 'out' as const, B: 'low' as const }, true],
    [{ A: 'in-stock' as const }, true],
    [{ C: 'in-stock' as const }, false],
  ])('with %p is %p', (states, expected) => {
    expect(isInStock(product.skus, states)).toBe(expected);
  });
});

describe('productDocument', () => {
  it('has what is searched in fields and what is shown in the source', () => {
    const { fields, source, version } = productDocument({
      product,
      states: { B: 'low' },
      version: 7,
    });
    expect(version).toBe(7);
    expect(fields).toMatchObject({
      brand: 'Larkfield',
      categories: ['kitchen'],
      stock: 'in-stock',
      rating: 0,
      price_eur: 1895,
    });
    expect(fields).not.toHaveProperty('price_xau');
    expect(source).toMatchObject({ slug: 'oak-board', inStock: true });
    expect(source.rating).toBeUndefined();
  });
});

describe('priceRanges', () => {
  it('are in minor units of each currency', () => {
    expect(priceRanges('EUR')).toEqual([
      { min: 0, max: 2499 },
      { min: 2500, max: 4999 },
      { min: 5000, max: 9999 },
      { min: 10_000, max: 19_999 },
      { min: 20_000 },
    ]);
    expect(priceRanges('JPY')[1]).toEqual({ min: 4000, max: 7999 });
    expect(priceRanges('KWD')[1]).toEqual({ min: 10_000, max: 19_999 });
  });

  it.each(CURRENCIES)('of %s leave no gap', currency => {
    const ranges = priceRanges(currency);
    expect(ranges[0].min).toBe(0);
    expect(ranges.at(-1)!.max).toBeUndefined();
    ranges
      .slice(1)
      .forEach(({ min }, index) => expect(min).toBe(ranges[index].max! + 1));
  });
});

describe('portQuery', () => {
  const base: ProductSearch = { currency: 'EUR', language: 'en', limit: 24 };

  it.each<[Partial<ProductSearch>, unknown]>([
    [{}, { field: 'created', direction: 'desc' }],
    [{ text: 'oak' }, undefined],
    [
      { text: 'oak', sort: 'newest' },
      { field: 'created', direction: 'desc' },
    ],
    [{ sort: 'price' }, { field: 'price_eur', direction: 'asc' }],
    [
      { sort: '-price', currency: 'KWD' },
      { field: 'price_kwd', direction: 'desc' },
    ],
    [{ sort: 'rating' }, { field: 'rating', direction: 'desc' }],
  ])('orders %p by %p', (search, sort) => {
    expect(portQuery({ ...base, ...search }).sort).toEqual(sort);
  });

  it('always asks for a price in the currency', () => {
    expect(portQuery(base).filters).toEqual([{ field: 'price_eur' }]);
  });

  it.each<[Partial<ProductSearch>, string]>([
    [{ minPrice: 2, maxPrice: 1 }, 'empty-price-range'],
    [{ sort: 'relevance' }, 'sort-needs-text'],
  ])('refuses %p', (search, code) => {
    expect(() => portQuery({ ...base, ...search })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
