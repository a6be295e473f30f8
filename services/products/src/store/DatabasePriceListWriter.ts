import {
  currentTraceparent,
  type Database,
  type Queryable,
} from '@shopfloor/service-kit';
import type {
  PriceChange,
  PriceList,
  PriceListDraft,
} from '../domain/catalogue.ts';
import type { Currency } from '../domain/types.ts';
import { announceProductsStatement } from './announceStatements.ts';
import type { PriceListWriter, Written } from './CatalogueStore.ts';
import {
  lockProductsStatement,
  refreshProductPricesStatement,
  touchProductsStatement,
} from './catalogueStatements.ts';
import {
  appliedStatement,
  applyPricesStatement,
  dueListStatement,
  findPriceListStatement,
  insertPriceListStatement,
  listPriceListsStatement,
  lockPriceListStatement,
  nextSkusStatement,
  productsOfSkusStatement,
  putCurrencyStatement,
  putPricesStatement,
  touchPriceListStatement,
  updatePriceListStatement,
} from './priceListStatements.ts';
import { outcomeOf, Refusal } from './refusal.ts';

interface PriceListRow {
  id: string;
  currency: Currency;
  prices_include_tax: boolean;
  valid_from: Date;
  valid_until: Date | null;
  version: number;
  applied: boolean;
  price_count: number;
}

interface SkuRow {
  sku: string;
  product_id: string;
}

/** SKUs that one transaction brings in step. */
const BATCH = 500;

function toPriceList(row: PriceListRow): PriceList {
  return {
    priceListId: row.id,
    currency: row.currency,
    pricesIncludeTax: row.prices_include_tax,
    validFrom: row.valid_from.toISOString(),
    validUntil: row.valid_until?.toISOString(),
    version: row.version,
    applied: row.applied,
    priceCount: row.price_count,
  };
}

/** Writes price lists in the service's own database, and what shoppers see of them. */
export class DatabasePriceListWriter implements PriceListWriter {
  readonly #database: Database;
  readonly #ratings: boolean;

  static create(options: {
    database: Database;
    /** Whether events tell ratings; their tables need not exist otherwise. */
    ratings: boolean;
  }): DatabasePriceListWriter {
    return new DatabasePriceListWriter(options.database, options.ratings);
  }

  private constructor(database: Database, ratings: boolean) {
    this.#database = database;
    this.#ratings = ratings;
  }

  async list(): Promise<PriceList[]> {
    const rows = await this.#database.query<PriceListRow>(
      listPriceListsStatement,
    );
    return rows.map(toPriceList);
  }

  async find(priceListId: string): Promise<PriceList | undefined> {
    const [row] = await this.#database.query<PriceListRow>(
      findPriceListStatement,
      [priceListId],
    );
    return row && toPriceList(row);
  }

  async put(options: {
    priceListId: string;
    version?: number;
    draft: PriceListDraft;
  }): Promise<Written> {
    const { priceListId, version, draft } = options;
    const { currency, pricesIncludeTax, validFrom, validUntil } = draft;
    return outcomeOf(() =>
      this.#database.transaction(async tx => {
        if (version !== undefined) {
          const known = await this.#lock(tx, priceListId, version);
          if (known.currency !== currency) {
            throw new Refusal('currency-differs');
          }
          if (known.prices_include_tax !== pricesIncludeTax) {
            throw new Refusal('tax-differs');
          }
          await tx.query(updatePriceListStatement, [
            priceListId,
            validFrom,
            validUntil,
          ]);
          return;
        }
        const [mode] = await tx.query<{ prices_include_tax: boolean }>(
          putCurrencyStatement,
          [currency, pricesIncludeTax],
        );
        if (mode.prices_include_tax !== pricesIncludeTax) {
          throw new Refusal('tax-differs');
        }
        const made = await tx.query(insertPriceListStatement, [
          priceListId,
          currency,
          pricesIncludeTax,
          validFrom,
          validUntil,
        ]);
        if (made.length === 0) {
          throw new Refusal('version-changed');
        }
      }),
    );
  }

  async putPrices(options: {
    priceListId: string;
    version: number;
    prices: readonly PriceChange[];
  }): Promise<Written | { outcome: 'unknown-skus'; skus: string[] }> {
    const { priceListId, version, prices } = options;
    const skus = prices.map(({ sku }) => sku);
    const owners = await this.#database.query<SkuRow>(productsOfSkusStatement, [
      skus,
    ]);
    const known = new Set(owners.map(({ sku }) => sku));
    const unknown = skus.filter(sku => !known.has(sku));
    if (unknown.length > 0) {
      return { outcome: 'unknown-skus', skus: unknown };
    }
    return outcomeOf(
      () =>
        this.#database.transaction(async tx => {
          await tx.query(lockProductsStatement, [
            owners.map(({ product_id }) => product_id),
          ]);
          const { currency } = await this.#lock(tx, priceListId, version);
          await tx.query(putPricesStatement, [
            priceListId,
            JSON.stringify(prices),
          ]);
          await tx.query(touchPriceListStatement, [priceListId]);
          await this.#apply(tx, currency, skus);
        }),
      // A variant that was removed at this moment.
      { foreignKey: 'version-changed' },
    );
  }

  async applyDue(signal?: AbortSignal): Promise<boolean> {
    const [due] = await this.#database.query<{
      id: string;
      currency: Currency;
      valid: boolean;
    }>(dueListStatement);
    if (!due) {
      return false;
    }
    let after = '';
    for (;;) {
      if (signal?.aborted) {
        return true;
      }
      const rows = await this.#database.query<SkuRow>(nextSkusStatement, [
        due.id,
        after,
        BATCH,
      ]);
      if (rows.length > 0) {
        await this.#database.transaction(async tx => {
          await tx.query(lockProductsStatement, [
            rows.map(({ product_id }) => product_id),
          ]);
          await this.#apply(
            tx,
            due.currency,
            rows.map(({ sku }) => sku),
          );
        });
        after = rows[rows.length - 1].sku;
      }
      if (rows.length < BATCH) {
        await this.#database.query(appliedStatement, [due.id, due.valid]);
        return true;
      }
    }
  }

  async #lock(
    tx: Queryable,
    priceListId: string,
    version: number,
  ): Promise<PriceListRow> {
    const [row] = await tx.query<PriceListRow>(lockPriceListStatement, [
      priceListId,
    ]);
    if (!row) {
      throw new Refusal('not-found');
    }
    if (row.version !== version) {
      throw new Refusal('version-changed');
    }
    return row;
  }

  /** Brings prices of SKUs in step; their products are locked. */
  async #apply(
    tx: Queryable,
    currency: Currency,
    skus: readonly string[],
  ): Promise<void> {
    const rows = await tx.query<{ id: string }>(applyPricesStatement, [
      skus,
      currency,
    ]);
    const changed = rows.map(({ id }) => id);
    if (changed.length === 0) {
      return;
    }
    await tx.query(touchProductsStatement, [changed]);
    await tx.query(refreshProductPricesStatement, [changed]);
    await tx.query(announceProductsStatement(this.#ratings), [
      currentTraceparent(),
      changed,
    ]);
  }
}
