// eslint-disable-next-line @backstage/no-undeclared-imports -- tests alone use the sample shop
import { generateSampleReviews, generateSampleShop } from '@shopfloor/products';
import type { ProductData } from '../domain/types.ts';

/** The sample shop's products as their events tell of them. */
export function sampleProducts(): ProductData[] {
  const shop = generateSampleShop();
  const stars = new Map<string, number[]>();
  for (const review of generateSampleReviews(shop.products)) {
    stars.set(review.product_id, [
      ...(stars.get(review.product_id) ?? []),
      review.stars,
    ]);
  }
  const variants = new Map<string, typeof shop.variants>();
  for (const variant of shop.variants) {
    variants.set(variant.product_id, [
      ...(variants.get(variant.product_id) ?? []),
      variant,
    ]);
  }
  const categories = new Map(shop.categories.map(one => [one.id, one]));
  return shop.products.map(product => {
    const own = variants.get(product.id)!;
    const leaf = categories.get(product.category_id)!;
    const path = [
      ...(leaf.parent_id === null ? [] : [categories.get(leaf.parent_id)!]),
      leaf,
    ];
    const given = stars.get(product.id);
    const pricesIn = (currency: 'EUR' | 'USD' | 'CNY') => {
      const amounts = own.map(({ prices }) => prices[currency]);
      return { from: Math.min(...amounts), to: Math.max(...amounts) };
    };
    return {
      productId: product.id,
      slug: product.slug,
      deleted: false,
      names: { en: product.name_en, zh: product.name_zh },
      descriptions: { en: product.description_en, zh: product.description_zh },
      brand: product.brand,
      categories: path.map(category => ({
        slug: category.slug,
        names: { en: category.name_en, zh: category.name_zh },
      })),
      skus: own.map(({ sku }) => sku),
      prices: {
        EUR: pricesIn('EUR'),
        USD: pricesIn('USD'),
        CNY: pricesIn('CNY'),
      },
      rating: given && {
        average:
          Math.round(
            (10 * given.reduce((sum, one) => sum + one, 0)) / given.length,
          ) / 10,
        count: given.length,
      },
      sample: true,
      createdAt: product.created_at,
    };
  });
}
