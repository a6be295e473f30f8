import type { Queryable, Step } from '@shopfloor/service-kit';
import type { CappedLine } from '../domain/lines.ts';
import type {
  CartLimits,
  Currency,
  Offer,
  StoredCart,
  StoredLine,
  WantedLine,
} from '../domain/types.ts';

/** A cart and whose it is; the owner is `guest:<id>` or `customer:<id>`. */
export interface CartKey {
  cartId: string;
  owner: string;
}

/** A cart as it is handed to its owner on request. */
export interface ExportedCart extends StoredCart {
  createdAt: string;
}

/** How setting a line ended: `refused` comes with the cart as it was, to say why. */
export type SetLineOutcome =
  | { outcome: 'changed' | 'refused'; cart: StoredCart }
  | { outcome: 'not-found' };

/** How a merge ended. */
export type MergeOutcome =
  | { outcome: 'merged'; cart: StoredCart; capped: CappedLine[] }
  /** The same merge was done before; the cart is given as it is. */
  | { outcome: 'merged-before'; cart: StoredCart }
  | { outcome: 'merged-elsewhere' }
  | { outcome: 'target-not-found' }
  | { outcome: 'source-not-found' };

/** Carts in the service's own database. Time is the database's. */
export interface CartStore {
  /** @returns undefined when the owner has too many carts */
  create(options: {
    cartId: string;
    owner: string;
    currency: Currency;
    country?: string;
  }): Promise<StoredCart | undefined>;
  read(key: CartKey): Promise<StoredCart | undefined>;
  list(owner: string): Promise<StoredCart[]>;
  /** Without an offer only a line that is there can be changed. */
  setLine(
    key: CartKey,
    options: {
      sku: string;
      quantity: number;
      offer?: Offer;
      ifVersion?: number;
    },
  ): Promise<SetLineOutcome>;
  /** @returns undefined when it has another version by now, or is gone */
  replace(
    key: CartKey,
    options: { ifVersion: number; country?: string; lines: StoredLine[] },
  ): Promise<StoredCart | undefined>;
  delete(
    key: CartKey,
    ifVersion?: number,
  ): Promise<'deleted' | 'changed' | 'not-found'>;
  /**
   * Puts a cart into another, once. `convert` gives the source's lines offers in the
   * currency of the target, where that is another.
   */
  merge(
    key: CartKey,
    options: {
      fromCartId: string;
      limits: CartLimits;
      convert: (source: StoredCart, currency: Currency) => StoredLine[];
    },
  ): Promise<MergeOutcome>;
  /** A cart that may be merged from, for looking its SKUs up. */
  readSource(
    owner: string,
    fromCartId: string,
  ): Promise<StoredCart | undefined>;
  /** The statement that takes out what was ordered, once however often it is told; a cart that is gone is left alone. */
  subtractOrder(order: {
    orderId: string;
    cartId: string;
    lines: readonly WantedLine[];
  }): Step;
  /** Deletes all of a customer and publishes that it is done. */
  eraseCustomer(tx: Queryable, customerId: string): Promise<void>;
  exportCustomer(customerId: string): Promise<ExportedCart[]>;
  /** Tells every replica to look SKUs up anew, once the transaction commits. */
  announceSkus(tx: Queryable, skus: readonly string[]): Promise<void>;
  /**
   * Deletes some expired carts; `open` are those that somebody had abandoned. Forgets some `orders` that were taken out of their carts
   * longer ago than any replay goes.
   */
  sweep(
    batch: number,
  ): Promise<{ total: number; open: number; orders: number }>;
}
