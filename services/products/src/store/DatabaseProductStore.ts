import type { Database } from '@shopfloor/service-kit';
import type { LookupItem, LookupResult } from '../domain/catalogue.ts';
import type { FlatCategory } from '../domain/categoryTree.ts';
import type { Position } from '../domain/cursor.ts';
import type {
  CategoryRef,
  Currency,
  Language,
  Media,
  Product,
  ProductQuery,
  ProductSummary,
  Rating,
} from '../domain/types.ts';
import { lookupStatement } from './lookupStatement.ts';
import type {
  PositionedProduct,
  ProductStore,
  ProductVersion,
} from './ProductStore.ts';
import {
  categoriesStatement,
  findStatement,
  hasCategoryStatement,
  listStatement,
  resolveStatement,
  rowsFor,
  textMatch,
  versionsStatements,
} from './statements.ts';

interface SummaryRow {
  id: string;
  slug: string;
  name: string;
  brand: string;
  sample: boolean;
  category_slug: string;
  category_name: string;
  /** bigint arrives as text. */
  min_amount: string;
  max_amount: string;
  variant_count: number;
  star_sum?: number | null;
  review_count?: number | null;
}

interface ListRow extends SummaryRow {
  sort_key: string;
}

interface ProductRow extends SummaryRow {
  version: number;
  description: string;
  created_at: Date;
  updated_at: Date;
  category_path: CategoryRef[];
  variants: {
    sku: string;
    name: string;
    options: Record<string, string>;
    amount: number;
  }[];
  media: Media[];
}

interface CategoryRow {
  id: number;
  parent_id: number | null;
  slug: string;
  name: string;
  product_count: number;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function toRating({ star_sum, review_count }: SummaryRow): Rating | undefined {
  return star_sum && review_count
    ? {
        average: Math.round((star_sum / review_count) * 10) / 10,
        count: review_count,
      }
    : undefined;
}

function toSummary(row: SummaryRow, currency: Currency): ProductSummary {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    brand: row.brand,
    category: { slug: row.category_slug, name: row.category_name },
    price: {
      from: { amount: Number(row.min_amount), currency },
      to: { amount: Number(row.max_amount), currency },
    },
    variantCount: row.variant_count,
    sample: row.sample,
    rating: toRating(row),
  };
}

/** Matches a text literally inside a pattern of LIKE. */
function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** Reads products from the service's own database. One round trip each. */
export class DatabaseProductStore implements ProductStore {
  readonly #database: Database;
  readonly #ratings: boolean;

  static create(options: {
    database: Database;
    /** Whether ratings are read; their tables need not exist otherwise. */
    ratings: boolean;
  }): DatabaseProductStore {
    return new DatabaseProductStore(options.database, options.ratings);
  }

  private constructor(database: Database, ratings: boolean) {
    this.#database = database;
    this.#ratings = ratings;
  }

  async list(
    query: ProductQuery,
    after: Position | undefined,
  ): Promise<PositionedProduct[]> {
    const { statement, parameters } = listStatement({
      sort: query.sort,
      language: query.language,
      text: query.text === undefined ? undefined : textMatch(query.text),
      category: query.category !== undefined,
      minPrice: query.minPrice !== undefined,
      maxPrice: query.maxPrice !== undefined,
      after: after !== undefined,
      ratings: this.#ratings,
      rows: rowsFor(query.limit),
    });
    const values: Record<string, unknown> = {
      currency: query.currency,
      text: query.text,
      like: query.text && likePattern(query.text),
      category: query.category,
      minPrice: query.minPrice,
      maxPrice: query.maxPrice,
      afterKey: after?.key,
      afterId: after?.id,
    };
    const rows = await this.#database.query<ListRow>(
      statement,
      parameters.map(name => values[name]),
    );
    return rows.slice(0, query.limit + 1).map(row => ({
      product: toSummary(row, query.currency),
      position: { key: row.sort_key, id: row.id },
    }));
  }

  async find(options: {
    idOrSlug: string;
    currency: Currency;
    language: Language;
  }): Promise<{ product: Product; version: number } | undefined> {
    const { idOrSlug, currency, language } = options;
    const [row] = await this.#database.query<ProductRow>(
      findStatement({
        by: UUID.test(idOrSlug) ? 'id' : 'slug',
        language,
        ratings: this.#ratings,
      }),
      [idOrSlug, currency],
    );
    return (
      row && {
        version: row.version,
        product: {
          ...toSummary(row, currency),
          description: row.description,
          categoryPath: row.category_path,
          variants: row.variants.map(({ amount, ...variant }) => ({
            ...variant,
            price: { amount, currency },
          })),
          media: row.media,
          createdAt: row.created_at.toISOString(),
          updatedAt: row.updated_at.toISOString(),
        },
      }
    );
  }

  async versions(
    idsOrSlugs: readonly string[],
  ): Promise<ReadonlyMap<string, ProductVersion>> {
    const found = new Map<string, ProductVersion>();
    const ask = async (by: 'id' | 'slug', names: string[]) => {
      if (names.length === 0) {
        return;
      }
      const rows = await this.#database.query<{
        id: string;
        slug: string;
        version: number;
      }>(versionsStatements[by], [names]);
      for (const row of rows) {
        found.set(row[by], { id: row.id, version: row.version });
      }
    };
    await Promise.all([
      ask(
        'id',
        idsOrSlugs.filter(name => UUID.test(name)),
      ),
      ask(
        'slug',
        idsOrSlugs.filter(name => !UUID.test(name)),
      ),
    ]);
    return found;
  }

  async categories(language: Language): Promise<FlatCategory[]> {
    const rows = await this.#database.query<CategoryRow>(
      categoriesStatement(language),
    );
    return rows.map(({ id, parent_id, slug, name, product_count }) => ({
      id,
      parentId: parent_id ?? undefined,
      slug,
      name,
      productCount: product_count,
    }));
  }

  async hasCategory(slug: string): Promise<boolean> {
    const rows = await this.#database.query(hasCategoryStatement, [slug]);
    return rows.length > 0;
  }

  async resolve(options: {
    idOrSlug: string;
    archived: boolean;
  }): Promise<string | undefined> {
    const { idOrSlug, archived } = options;
    const [row] = await this.#database.query<{ id: string }>(
      resolveStatement(UUID.test(idOrSlug) ? 'id' : 'slug'),
      [idOrSlug, archived],
    );
    return row?.id;
  }

  async lookup(options: {
    skus: readonly string[];
    currency: Currency;
  }): Promise<LookupResult> {
    const [row] = await this.#database.query<{
      prices_include_tax: boolean | null;
      items: LookupItem[];
    }>(lookupStatement, [options.skus, options.currency]);
    return {
      items: row.items,
      // A currency without a price list has no items either.
      pricesIncludeTax: row.prices_include_tax ?? true,
    };
  }
}
