import { hash } from 'node:crypto';
import type { TaxCategory } from '../domain/catalogue.ts';
import type { Currency } from '../domain/types.ts';
import {
  type DepartmentWords,
  type LeafWords,
  type Word,
  brands,
  departments,
  optionValues,
} from './words.ts';
import {
  type Random,
  between,
  createRandom,
  sampleId,
  shuffled,
} from './random.ts';

/** Raised whenever the generator's output changes, so that databases are brought up to date. */
export const SAMPLE_GENERATOR_VERSION = 2;

const PRODUCTS_PER_LEAF = 60;
const FIRST_CREATED = Date.UTC(2026, 0, 5, 8, 0, 0);

/** A category row. */
export interface SampleCategory {
  id: number;
  parent_id: number | null;
  slug: string;
  path: string;
  position: number;
  name_en: string;
  name_zh: string;
}

/** A product row. */
export interface SampleProduct {
  id: string;
  slug: string;
  category_id: number;
  brand: string;
  name_en: string;
  name_zh: string;
  description_en: string;
  description_zh: string;
  created_at: string;
}

/** A variant row with its prices in minor units, its tax and its weight. */
export interface SampleVariant {
  sku: string;
  product_id: string;
  position: number;
  name_en: string;
  name_zh: string;
  options: { en: Record<string, string>; zh: Record<string, string> };
  prices: Record<Currency, number>;
  tax_category: TaxCategory;
  weight_grams: number;
}

/** Everything the generator makes. */
export interface SampleShop {
  categories: SampleCategory[];
  products: SampleProduct[];
  variants: SampleVariant[];
}

/** A review row. */
export interface SampleReview {
  id: string;
  product_id: string;
  stars: number;
  created_at: string;
}

function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Price lists are their own, as in a real shop: no exchange rate is applied at run time. */
function priceLists(euros: number): Record<Currency, number> {
  return {
    EUR: euros * 100 - 5,
    USD: Math.round(euros * 1.1) * 100 - 1,
    CNY: Math.round(euros * 7.8) * 100,
    GBP: Math.round(euros * 0.86) * 100 + 49,
    JPY: Math.round(euros * 16) * 10,
    // Three decimals, as a shop would round them: to 0.050 dinar.
    KWD: Math.max(1, Math.round(euros * 6.6)) * 50,
  };
}

/** Leaves with printed matter, which many countries tax less. */
const REDUCED = new Set(['Notebooks', 'Cards and wrap']);

/**
 * From 40 g to some kilograms, heavier where dearer. By the SKU and not by the
 * random numbers of the shop, whose products would be others then.
 */
function weightOf(sku: string, euros: number): number {
  const spread = parseInt(
    hash('sha256', `weight:${sku}`, 'hex').slice(0, 4),
    16,
  );
  return 40 + ((spread % 800) + euros * 12);
}

function variantsOf(options: {
  random: Random;
  product: SampleProduct;
  leaf: LeafWords;
  index: number;
}): SampleVariant[] {
  const { random, product, leaf, index } = options;
  const [min, max] = leaf.euros;
  // Squared, so that most things are on the cheap side of the range.
  const base = Math.round(min + (max - min) * random() ** 2);
  const choice = optionValues[leaf.options];
  const values: readonly (Word | undefined)[] = choice
    ? choice.values.slice(0, between(random, 2, choice.values.length))
    : [undefined];
  return values.map((value, position) => {
    const dearer = leaf.options === 'colour' ? 0 : position;
    const sku = `LF-${String(index + 1).padStart(5, '0')}-${position + 1}`;
    const euros = Math.round(base * (1 + 0.25 * dearer));
    return {
      sku,
      product_id: product.id,
      position,
      name_en: value?.[0] ?? 'One size',
      name_zh: value?.[1] ?? '均码',
      options: {
        en: value ? { [choice.label[0]]: value[0] } : {},
        zh: value ? { [choice.label[1]]: value[1] } : {},
      },
      prices: priceLists(euros),
      tax_category: REDUCED.has(leaf.name[0]) ? 'reduced' : 'standard',
      weight_grams: weightOf(sku, euros),
    };
  });
}

function productsOf(options: {
  random: Random;
  department: DepartmentWords;
  leaf: LeafWords;
  categoryId: number;
  firstIndex: number;
}): SampleProduct[] {
  const { random, department, leaf, categoryId, firstIndex } = options;
  const combinations = department.adjectives.flatMap(adjective =>
    department.materials.flatMap(material =>
      leaf.nouns.map(noun => [adjective, material, noun] as const),
    ),
  );
  return shuffled(random, combinations)
    .slice(0, PRODUCTS_PER_LEAF)
    .map(([adjective, material, noun], offset) => {
      const nameEn = `${adjective[0]} ${material[0]} ${noun[0]}`;
      const nameZh = `${adjective[1]}${material[1]}${noun[1]}`;
      const slug = slugOf(nameEn);
      const brand = brands[between(random, 0, brands.length - 1)];
      const index = firstIndex + offset;
      return {
        id: sampleId(slug),
        slug,
        category_id: categoryId,
        brand,
        name_en: nameEn,
        name_zh: nameZh,
        description_en: `${nameEn} by ${brand}, from our ${leaf.name[0].toLowerCase()} range. Sample data of Larkfield Market; not a real product.`,
        description_zh: `${brand} ${nameZh}，属于${leaf.name[1]}系列。Larkfield Market 的示例数据，并非真实商品。`,
        created_at: new Date(
          FIRST_CREATED + ((index * 7919) % 2400) * 3_600_000,
        ).toISOString(),
      };
    });
}

/** Makes the sample shop: 48 categories and 2,400 products, the same every time. */
export function generateSampleShop(): SampleShop {
  const random = createRandom(20260105);
  const shop: SampleShop = { categories: [], products: [], variants: [] };
  departments.forEach((department, position) => {
    const parent: SampleCategory = {
      id: shop.categories.length + 1,
      parent_id: null,
      slug: slugOf(department.name[0]),
      path: slugOf(department.name[0]),
      position,
      name_en: department.name[0],
      name_zh: department.name[1],
    };
    shop.categories.push(parent);
    department.leaves.forEach((leaf, leafPosition) => {
      const slug = slugOf(leaf.name[0]);
      const category: SampleCategory = {
        id: shop.categories.length + 1,
        parent_id: parent.id,
        slug,
        path: `${parent.path}/${slug}`,
        position: leafPosition,
        name_en: leaf.name[0],
        name_zh: leaf.name[1],
      };
      shop.categories.push(category);
      const products = productsOf({
        random,
        department,
        leaf,
        categoryId: category.id,
        firstIndex: shop.products.length,
      });
      for (const product of products) {
        shop.variants.push(
          ...variantsOf({
            random,
            product,
            leaf,
            index: shop.products.length,
          }),
        );
        shop.products.push(product);
      }
    });
  });
  return shop;
}

/** Makes reviews for most products, the same every time. */
export function generateSampleReviews(
  products: readonly Pick<SampleProduct, 'id' | 'created_at'>[],
): SampleReview[] {
  const random = createRandom(20261115);
  return products.flatMap(({ id, created_at }) => {
    // One in ten has none; the rest lean to few, with some much talked about.
    const count = random() < 0.1 ? 0 : between(random, 1, 4) ** 2;
    const quality = 2.8 + random() * 2;
    return Array.from({ length: count }, (_, index) => ({
      id: sampleId(`${id}:review:${index}`),
      product_id: id,
      stars: Math.min(
        5,
        Math.max(1, Math.round(quality + (random() - 0.5) * 3)),
      ),
      created_at: new Date(
        Date.parse(created_at) + (index + 1) * 86_400_000,
      ).toISOString(),
    }));
  });
}
