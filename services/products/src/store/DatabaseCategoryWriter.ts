import type { Database } from '@shopfloor/service-kit';
import type { CatalogueCategory, CategoryDraft } from '../domain/catalogue.ts';
import type { CategoryWriter, Written } from './CatalogueStore.ts';
import {
  deleteCategoryStatement,
  findCategoryStatement,
  insertCategoryStatement,
  lockCategoriesStatement,
  updateCategoryStatement,
} from './catalogueStatements.ts';
import { outcomeOf, Refusal } from './refusal.ts';

interface CategoryRow {
  id: number;
  slug: string;
  path: string;
  position: number;
  name_en: string;
  name_zh: string;
  version: number;
  parent: string | null;
  children: number;
  products: number;
}

/** Writes categories in the service's own database. */
export class DatabaseCategoryWriter implements CategoryWriter {
  readonly #database: Database;

  static create(options: { database: Database }): DatabaseCategoryWriter {
    return new DatabaseCategoryWriter(options.database);
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  async find(slug: string): Promise<CatalogueCategory | undefined> {
    const [row] = await this.#database.query<CategoryRow>(
      findCategoryStatement,
      [slug],
    );
    return (
      row && {
        slug: row.slug,
        version: row.version,
        names: { en: row.name_en, zh: row.name_zh },
        parent: row.parent ?? undefined,
        position: row.position,
      }
    );
  }

  async put(options: {
    slug: string;
    version?: number;
    draft: CategoryDraft;
  }): Promise<Written> {
    const { slug, version, draft } = options;
    const { names, parent, position } = draft;
    return outcomeOf(() =>
      this.#database.transaction(async tx => {
        await tx.query(lockCategoriesStatement);
        const find = async (name: string) =>
          (await tx.query<CategoryRow>(findCategoryStatement, [name]))[0];
        const above = parent === undefined ? undefined : await find(parent);
        if (parent !== undefined && !above) {
          throw new Refusal('unknown-parent');
        }
        const path = above ? `${above.path}/${slug}` : slug;
        const known = await find(slug);
        if (version === undefined) {
          if (known) {
            throw new Refusal('version-changed');
          }
          await tx.query(insertCategoryStatement, [
            slug,
            path,
            above?.id,
            position,
            names.en,
            names.zh,
          ]);
          return;
        }
        if (!known) {
          throw new Refusal('not-found');
        }
        if (known.version !== version) {
          throw new Refusal('version-changed');
        }
        if (above && `${above.path}/`.startsWith(`${known.path}/`)) {
          throw new Refusal('cycle');
        }
        await tx.query(updateCategoryStatement, [
          known.id,
          known.path,
          path,
          above?.id,
          position,
          names.en,
          names.zh,
        ]);
      }),
    );
  }

  async delete(options: { slug: string; version: number }): Promise<Written> {
    return outcomeOf(
      () =>
        this.#database.transaction(async tx => {
          await tx.query(lockCategoriesStatement);
          const [known] = await tx.query<CategoryRow>(findCategoryStatement, [
            options.slug,
          ]);
          if (!known) {
            throw new Refusal('not-found');
          }
          if (known.version !== options.version) {
            throw new Refusal('version-changed');
          }
          if (known.children > 0 || known.products > 0) {
            throw new Refusal('in-use');
          }
          await tx.query(deleteCategoryStatement, [known.id]);
        }),
      { foreignKey: 'in-use' },
    );
  }
}
