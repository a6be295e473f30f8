import { hash } from 'node:crypto';
import { CURRENCIES } from '../domain/types.ts';
import { generateSampleReviews, generateSampleShop } from './generate.ts';

describe('the sample shop', () => {
  const shop = generateSampleShop();

  it('has at least 2,000 products in 48 categories, each with a price in every list', () => {
    expect(shop.products).toHaveLength(2400);
    expect(shop.categories).toHaveLength(48);
    const withVariants = new Set(shop.variants.map(v => v.product_id));
    expect(withVariants.size).toBe(2400);
    for (const { prices } of shop.variants) {
      for (const currency of CURRENCIES) {
        expect(Number.isSafeInteger(prices[currency])).toBe(true);
        expect(prices[currency]).toBeGreaterThan(0);
      }
    }
  });

  it('has no id, slug or SKU twice', () => {
    const unique = (values: string[]) => new Set(values).size;
    expect(unique(shop.products.map(p => p.id))).toBe(shop.products.length);
    expect(unique(shop.products.map(p => p.slug))).toBe(shop.products.length);
    expect(unique(shop.variants.map(v => v.sku))).toBe(shop.variants.length);
    expect(unique(shop.categories.map(c => c.slug))).toBe(48);
  });

  it('says of every product, in both languages, that it is sample data', () => {
    for (const product of shop.products) {
      expect(product.description_en).toContain('Sample data');
      expect(product.description_zh).toContain('示例数据');
      expect(product.name_zh).toMatch(/\p{Script=Han}/u);
    }
  });

  it('is the same every time: raise SAMPLE_GENERATOR_VERSION when this changes', () => {
    const digest = (value: unknown) =>
      hash('sha256', JSON.stringify(value)).slice(0, 16);
    expect(generateSampleShop()).toEqual(shop);
    expect(digest(shop)).toBe('02ff7b2dd7c43e72');
    expect(digest(generateSampleReviews(shop.products))).toBe(
      'a582abf304000397',
    );
  });

  it('has reviews for most products, from one to five stars', () => {
    const reviews = generateSampleReviews(shop.products);
    const reviewed = new Set(reviews.map(r => r.product_id)).size;
    expect(reviewed).toBeGreaterThan(2000);
    expect(reviewed).toBeLessThan(2400);
    expect(new Set(reviews.map(r => r.stars))).toEqual(
      new Set([1, 2, 3, 4, 5]),
    );
  });
});
