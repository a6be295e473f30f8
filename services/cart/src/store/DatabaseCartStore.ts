import {
  outboxParameter,
  type Database,
  type Queryable,
  type Step,
} from '@shopfloor/service-kit';
import { erasureCompleted } from '../events/published.ts';
import { mergeLines, unitsBySku } from '../domain/lines.ts';
import type {
  CartLimits,
  Currency,
  Offer,
  StoredCart,
  StoredLine,
  WantedLine,
} from '../domain/types.ts';
import type {
  CartKey,
  CartStore,
  ExportedCart,
  MergeOutcome,
  SetLineOutcome,
} from './CartStore.ts';
import { toCart, toColumn, type CartRow } from './rows.ts';
import * as statements from './statements.ts';

/** Channel on which replicas hear which SKUs to look up anew. */
export const OFFERS_CHANNEL = 'cart_offers';

/** PostgreSQL takes payloads below 8,000 bytes. */
const SKUS_PER_NOTIFICATION = 50;

/** Options of {@link DatabaseCartStore}. */
export interface DatabaseCartStoreOptions {
  database: Database;
  limits: CartLimits;
  /** Most open carts of one owner. */
  cartsPerOwner: number;
  /** How long a cart lives after its last change. */
  guestTtlSeconds: number;
  customerTtlSeconds: number;
  /** How long a merged cart is remembered, so that merging again adds nothing. */
  mergedTtlSeconds: number;
}

interface LockedRow extends CartRow {
  state: 'open' | 'merged';
  merged_into: string | null;
  target: boolean;
}

/** Carts in PostgreSQL, one row each. */
export class DatabaseCartStore implements CartStore {
  readonly #options: DatabaseCartStoreOptions;
  readonly #database: Database;

  static create(options: DatabaseCartStoreOptions): DatabaseCartStore {
    return new DatabaseCartStore(options);
  }

  private constructor(options: DatabaseCartStoreOptions) {
    this.#options = options;
    this.#database = options.database;
  }

  async create(options: {
    cartId: string;
    owner: string;
    currency: Currency;
    country?: string;
  }): Promise<StoredCart | undefined> {
    const { cartId, owner, currency, country } = options;
    const [row] = await this.#database.query<CartRow>(
      statements.createStatement,
      [
        cartId,
        owner,
        currency,
        country,
        this.#ttlOf(owner),
        this.#options.cartsPerOwner,
      ],
    );
    return row && toCart(row);
  }

  async read({ cartId, owner }: CartKey): Promise<StoredCart | undefined> {
    const [row] = await this.#database.query<CartRow>(
      statements.readStatement,
      [cartId, owner],
    );
    return row && toCart(row);
  }

  async list(owner: string): Promise<StoredCart[]> {
    const rows = await this.#database.query<CartRow>(statements.listStatement, [
      owner,
    ]);
    return rows.map(toCart);
  }

  async setLine(
    { cartId, owner }: CartKey,
    options: {
      sku: string;
      quantity: number;
      offer?: Offer;
      ifVersion?: number;
    },
  ): Promise<SetLineOutcome> {
    const { sku, quantity, offer, ifVersion } = options;
    const { limits } = this.#options;
    const [row] = await this.#database.query<CartRow>(
      statements.setLineStatement,
      [
        cartId,
        owner,
        sku,
        quantity,
        offer && JSON.stringify(offer),
        ifVersion,
        limits.lines,
        limits.quantityPerCart,
        this.#ttlOf(owner),
      ],
    );
    if (row) {
      return { outcome: 'changed', cart: toCart(row) };
    }
    const cart = await this.read({ cartId, owner });
    return cart ? { outcome: 'refused', cart } : { outcome: 'not-found' };
  }

  async replace(
    { cartId, owner }: CartKey,
    options: { ifVersion: number; country?: string; lines: StoredLine[] },
  ): Promise<StoredCart | undefined> {
    const [row] = await this.#database.query<CartRow>(
      statements.replaceStatement,
      [
        cartId,
        owner,
        options.ifVersion,
        toColumn(options.lines),
        options.country,
        this.#ttlOf(owner),
      ],
    );
    return row && toCart(row);
  }

  async delete(
    { cartId, owner }: CartKey,
    ifVersion?: number,
  ): Promise<'deleted' | 'changed' | 'not-found'> {
    const [row] = await this.#database.query<{ deleted: boolean }>(
      statements.deleteStatement,
      [cartId, owner, ifVersion],
    );
    if (!row) {
      return 'not-found';
    }
    return row.deleted ? 'deleted' : 'changed';
  }

  async readSource(
    owner: string,
    fromCartId: string,
  ): Promise<StoredCart | undefined> {
    const [row] = await this.#database.query<CartRow>(
      statements.readSourceStatement,
      [fromCartId, owner],
    );
    return row && toCart(row);
  }

  async merge(
    { cartId, owner }: CartKey,
    options: {
      fromCartId: string;
      limits: CartLimits;
      convert: (source: StoredCart, currency: Currency) => StoredLine[];
    },
  ): Promise<MergeOutcome> {
    const { fromCartId, limits, convert } = options;
    return this.#database.transaction(async tx => {
      const rows = await tx.query<LockedRow>(statements.lockMergeStatement, [
        cartId,
        owner,
        fromCartId,
      ]);
      const target = rows.find(row => row.target);
      const source = rows.find(row => !row.target);
      if (!target) {
        return { outcome: 'target-not-found' };
      }
      if (!source) {
        return { outcome: 'source-not-found' };
      }
      if (source.merged_into !== null) {
        return source.merged_into === cartId
          ? { outcome: 'merged-before', cart: toCart(target) }
          : { outcome: 'merged-elsewhere' };
      }
      const before = toCart(target);
      const { lines, capped } = mergeLines(
        before.lines,
        convert(toCart(source), before.currency),
        limits,
      );
      const grown = lines.some(
        (line, index) => line.quantity !== before.lines[index]?.quantity,
      );
      const [row] = await tx.query<CartRow>(statements.mergeStatement, [
        cartId,
        fromCartId,
        toColumn(lines),
        this.#ttlOf(owner),
        this.#options.mergedTtlSeconds,
        grown,
      ]);
      return { outcome: 'merged', cart: toCart(row), capped };
    });
  }

  subtractOrder(order: {
    orderId: string;
    cartId: string;
    lines: readonly WantedLine[];
  }): Step {
    return {
      statement: statements.subtractOrderStatement,
      values: [
        order.orderId,
        order.cartId,
        JSON.stringify(unitsBySku(order.lines)),
      ],
    };
  }

  async eraseCustomer(tx: Queryable, customerId: string): Promise<void> {
    await tx.query(statements.eraseStatement, [
      `customer:${customerId}`,
      outboxParameter([erasureCompleted(customerId)], { source: 'cart' }),
    ]);
  }

  async exportCustomer(customerId: string): Promise<ExportedCart[]> {
    const rows = await this.#database.query<CartRow & { created_at: Date }>(
      statements.exportStatement,
      [`customer:${customerId}`],
    );
    return rows.map(row => ({
      ...toCart(row),
      createdAt: row.created_at.toISOString(),
    }));
  }

  async announceSkus(tx: Queryable, skus: readonly string[]): Promise<void> {
    const payloads: string[] = [];
    for (let at = 0; at < skus.length; at += SKUS_PER_NOTIFICATION) {
      payloads.push(JSON.stringify(skus.slice(at, at + SKUS_PER_NOTIFICATION)));
    }
    await tx.query(statements.notifySkusStatement, [payloads]);
  }

  async sweep(
    batch: number,
  ): Promise<{ total: number; open: number; orders: number }> {
    const [swept] = await this.#database.query<{ total: number; open: number }>(
      statements.sweepStatement,
      [batch],
    );
    const [trimmed] = await this.#database.query<{ orders: number }>(
      statements.trimOrdersStatement,
      [batch],
    );
    return { ...swept, ...trimmed };
  }

  #ttlOf(owner: string): number {
    return owner.startsWith('guest:')
      ? this.#options.guestTtlSeconds
      : this.#options.customerTtlSeconds;
  }
}
