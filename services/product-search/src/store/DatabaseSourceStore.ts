import type { Database, Queryable } from '@shopfloor/service-kit';
import type { ProductData, StockState, Texts } from '../domain/types.ts';
import {
  ALL_GENERATIONS,
  type ApplyOptions,
  type ProductChange,
  type ProductState,
  type QueuedChange,
  type QueueState,
  type SourceStore,
  type StockChange,
} from './SourceStore.ts';
import * as statements from './sourceStatements.ts';

interface StateRow {
  product_id: string;
  deleted: boolean;
  data: ProductData;
  states: Record<string, StockState> | null;
}

/** The newest of each, since one statement changes a row once. */
function newest<T extends { version: number }>(
  changes: readonly T[],
  keyOf: (change: T) => string,
): T[] {
  const found = new Map<string, T>();
  for (const change of changes) {
    const known = found.get(keyOf(change));
    if (!known || known.version <= change.version) {
      found.set(keyOf(change), change);
    }
  }
  return [...found.values()];
}

/** The service's own database. One round trip each. */
export class DatabaseSourceStore implements SourceStore {
  readonly #database: Database;

  static create(options: { database: Database }): DatabaseSourceStore {
    return new DatabaseSourceStore(options.database);
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  async applyProducts(
    on: Queryable,
    changes: readonly ProductChange[],
    options: ApplyOptions = {},
  ): Promise<void> {
    const rows = newest(changes, ({ product }) => product.productId).map(
      ({ product, version }) => ({
        product_id: product.productId,
        version,
        deleted: product.deleted,
        data: product,
      }),
    );
    await this.#apply(on, statements.applyProducts, rows, options);
  }

  async applyStock(
    on: Queryable,
    changes: readonly StockChange[],
    options: ApplyOptions = {},
  ): Promise<void> {
    const rows = newest(changes, ({ sku }) => sku).map(
      ({ sku, productId, version, state }) => ({
        sku,
        product_id: productId,
        version,
        state,
      }),
    );
    await this.#apply(on, statements.applyStock, rows, options);
  }

  async claim(limit: number): Promise<QueuedChange[]> {
    const rows = await this.#database.query<{
      id: string;
      product_id: string;
      generation: number;
      version: string;
    }>(statements.claimQueued, [limit]);
    return rows.map(({ id, product_id, generation, version }) => ({
      id,
      productId: product_id,
      generation,
      version: Number(version),
    }));
  }

  async settle(changes: readonly QueuedChange[]): Promise<void> {
    await this.#database.query(statements.settleQueued, [
      changes.map(({ id }) => id),
    ]);
  }

  async release(changes: readonly QueuedChange[]): Promise<void> {
    await this.#database.query(statements.releaseQueued, [
      changes.map(({ id }) => id),
    ]);
  }

  async states(productIds: readonly string[]): Promise<ProductState[]> {
    const rows = await this.#database.query<StateRow>(
      statements.productStates,
      [productIds],
    );
    return rows.map(row => ({
      productId: row.product_id,
      product: row.deleted ? undefined : row.data,
      states: row.states ?? {},
    }));
  }

  async queue(): Promise<QueueState> {
    const [row] = await this.#database.query<{
      waiting: number;
      oldest_seconds: number;
    }>(statements.queueState);
    return { waiting: row.waiting, oldestSeconds: row.oldest_seconds };
  }

  async waitingFor(generation: number): Promise<number> {
    const [{ waiting }] = await this.#database.query<{ waiting: number }>(
      statements.waitingFor,
      [generation],
    );
    return waiting;
  }

  async categoryNames(slugs: readonly string[]): Promise<Map<string, Texts>> {
    if (slugs.length === 0) {
      return new Map();
    }
    const rows = await this.#database.query<{
      slug: string;
      name_en: string;
      name_zh: string;
    }>(statements.categoryNames, [slugs]);
    return new Map(
      rows.map(({ slug, name_en, name_zh }) => [
        slug,
        { en: name_en, zh: name_zh },
      ]),
    );
  }

  async #apply(
    on: Queryable,
    statement: typeof statements.applyProducts,
    rows: readonly object[],
    options: ApplyOptions,
  ): Promise<void> {
    if (rows.length > 0) {
      await on.query(statement, [
        JSON.stringify(rows),
        options.generation ?? ALL_GENERATIONS,
        options.again ?? false,
      ]);
    }
  }
}
