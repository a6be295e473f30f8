import {
  currentTraceparent,
  type Database,
  type Queryable,
} from '@shopfloor/service-kit';
import type {
  CatalogueEntry,
  CatalogueProduct,
  ProductDraft,
} from '../domain/catalogue.ts';
import {
  announceDeletionStatement,
  announceProductsStatement,
  lockUnannouncedStatement,
} from './announceStatements.ts';
import type { ProductWriter, Written } from './CatalogueStore.ts';
import {
  deleteProductStatement,
  dropVariantsStatement,
  findCatalogueProductStatement,
  insertProductStatement,
  liftVariantsStatement,
  listCatalogueStatement,
  lockProductStatement,
  refreshProductPricesStatement,
  replaceMediaStatement,
  setArchivedStatement,
  updateProductStatement,
  upsertVariantsStatement,
} from './catalogueStatements.ts';
import { outcomeOf, Refusal } from './refusal.ts';

interface LockedRow {
  version: number;
  archived: boolean;
  creation_hash: string | null;
}

interface EntryRow {
  id: string;
  version: number;
  slug: string;
  name_en: string;
  name_zh: string;
  archived: boolean;
  sample: boolean;
}

interface ProductRow extends EntryRow {
  brand: string;
  description_en: string;
  description_zh: string;
  created_at: Date;
  updated_at: Date;
  category: string;
  media: CatalogueProduct['media'];
  variants: CatalogueProduct['variants'];
}

function toEntry(row: EntryRow): CatalogueEntry {
  return {
    productId: row.id,
    version: row.version,
    slug: row.slug,
    names: { en: row.name_en, zh: row.name_zh },
    state: row.archived ? 'archived' : 'published',
    sample: row.sample,
  };
}

/** The columns of a draft that the insert and the update of a product share. */
function columnsOf(productId: string, draft: ProductDraft): unknown[] {
  return [
    productId,
    draft.slug,
    draft.category,
    draft.brand,
    draft.names.en,
    draft.names.zh,
    draft.descriptions.en,
    draft.descriptions.zh,
  ];
}

/** Writes products in the service's own database. */
export class DatabaseProductWriter implements ProductWriter {
  readonly #database: Database;
  readonly #ratings: boolean;

  static create(options: {
    database: Database;
    /** Whether events tell ratings; their tables need not exist otherwise. */
    ratings: boolean;
  }): DatabaseProductWriter {
    return new DatabaseProductWriter(options.database, options.ratings);
  }

  private constructor(database: Database, ratings: boolean) {
    this.#database = database;
    this.#ratings = ratings;
  }

  async create(options: {
    productId: string;
    draft: ProductDraft;
    draftHash: string;
  }): Promise<Written> {
    const { productId, draft, draftHash } = options;
    return this.#write('slug-taken', async tx => {
      const made = await tx.query(insertProductStatement, [
        ...columnsOf(productId, draft),
        draftHash,
      ]);
      if (made.length === 0) {
        const [known] = await tx.query<LockedRow>(lockProductStatement, [
          productId,
        ]);
        if (known?.creation_hash === draftHash) {
          return;
        }
        throw new Refusal(known ? 'id-reused' : 'unknown-category');
      }
      await this.#writeParts(tx, productId, draft);
    });
  }

  async update(options: {
    productId: string;
    version: number;
    draft: ProductDraft;
  }): Promise<Written> {
    const { productId, version, draft } = options;
    return this.#write('slug-taken', async tx => {
      await this.#lock(tx, productId, version);
      const changed = await tx.query(
        updateProductStatement,
        columnsOf(productId, draft),
      );
      if (changed.length === 0) {
        throw new Refusal('unknown-category');
      }
      await this.#writeParts(tx, productId, draft);
    });
  }

  async setArchived(options: {
    productId: string;
    version: number;
    archived: boolean;
  }): Promise<Written> {
    const { productId, version, archived } = options;
    return this.#write(undefined, async tx => {
      const product = await this.#lock(tx, productId, version);
      if (product.archived === archived) {
        return;
      }
      await tx.query(setArchivedStatement, [productId, archived]);
      await tx.query(refreshProductPricesStatement, [[productId]]);
      await this.#announce(tx, [productId]);
    });
  }

  async delete(options: {
    productId: string;
    version: number;
  }): Promise<Written> {
    const { productId, version } = options;
    return this.#write(undefined, async tx => {
      await this.#lock(tx, productId, version);
      await tx.query(announceDeletionStatement, [
        currentTraceparent(),
        productId,
      ]);
      await tx.query(deleteProductStatement, [productId]);
    });
  }

  async find(productId: string): Promise<CatalogueProduct | undefined> {
    const [row] = await this.#database.query<ProductRow>(
      findCatalogueProductStatement,
      [productId],
    );
    return (
      row && {
        ...toEntry(row),
        category: row.category,
        brand: row.brand,
        descriptions: { en: row.description_en, zh: row.description_zh },
        media: row.media,
        variants: row.variants,
        createdAt: row.created_at.toISOString(),
        updatedAt: row.updated_at.toISOString(),
      }
    );
  }

  async list(options: {
    after: string;
    rows: number;
    archived?: boolean;
  }): Promise<CatalogueEntry[]> {
    const rows = await this.#database.query<EntryRow>(listCatalogueStatement, [
      options.after,
      options.rows,
      options.archived,
    ]);
    return rows.map(toEntry);
  }

  async announce(limit: number): Promise<number> {
    return this.#database.transaction(async tx => {
      const rows = await tx.query<{ id: string }>(lockUnannouncedStatement, [
        limit,
      ]);
      if (rows.length > 0) {
        await this.#announce(
          tx,
          rows.map(({ id }) => id),
        );
      }
      return rows.length;
    });
  }

  async #write(
    unique: 'slug-taken' | undefined,
    work: (tx: Queryable) => Promise<void>,
  ): Promise<Written> {
    return outcomeOf(() => this.#database.transaction(work), { unique });
  }

  async #lock(
    tx: Queryable,
    productId: string,
    version: number,
  ): Promise<LockedRow> {
    const [row] = await tx.query<LockedRow>(lockProductStatement, [productId]);
    if (!row) {
      throw new Refusal('not-found');
    }
    if (row.version !== version) {
      throw new Refusal('version-changed');
    }
    return row;
  }

  async #writeParts(
    tx: Queryable,
    productId: string,
    draft: ProductDraft,
  ): Promise<void> {
    const { variants, media } = draft;
    await tx.query(liftVariantsStatement, [productId]);
    const written = await tx.query(upsertVariantsStatement, [
      productId,
      JSON.stringify(
        variants.map((variant, position) => ({
          sku: variant.sku,
          position,
          name_en: variant.names.en,
          name_zh: variant.names.zh,
          options: variant.options,
          tax_category: variant.taxCategory,
          weight_grams: variant.weightGrams,
        })),
      ),
    ]);
    if (written.length < variants.length) {
      throw new Refusal('sku-taken');
    }
    await tx.query(dropVariantsStatement, [productId]);
    await tx.query(replaceMediaStatement, [
      productId,
      JSON.stringify(
        media.map(({ kind, url, alt }, position) => ({
          position,
          kind,
          url,
          alt_en: alt.en,
          alt_zh: alt.zh,
        })),
      ),
    ]);
    await tx.query(refreshProductPricesStatement, [[productId]]);
    await this.#announce(tx, [productId]);
  }

  async #announce(tx: Queryable, ids: readonly string[]): Promise<void> {
    await tx.query(announceProductsStatement(this.#ratings), [
      currentTraceparent(),
      ids,
    ]);
  }
}
