import type { Queryable } from '@shopfloor/service-kit';
import type { Delta } from '../domain/movementDeltas.ts';
import type {
  Line,
  Movement,
  MovementKind,
  SkuStock,
  StockState,
  Warehouse,
} from '../domain/types.ts';

/** What moved stock from outside. */
export interface StockDocument {
  id: string;
  kind: 'receipt' | 'adjustment' | 'shipment' | 'return';
  bodyHash: string;
  actor?: string;
}

/** Goods of an order that have left. */
export interface Parcel {
  /** Id of the event that told of it, and the hash of what it says. */
  eventId: string;
  bodyHash: string;
  shipmentId: string;
  orderId: string;
  /** In the order of their SKUs, each once. */
  lines: readonly Line[];
}

/** Less is there than is to go. */
export interface Shortage {
  sku: string;
  warehouseId: string;
  available: number;
}

/** Writes that move stock. Each runs in a transaction of the caller. */
export interface StockLedger {
  /**
   * Marks a document as seen: `new`, `same` as one before, or `other` under the same id.
   *
   * @param options.hold - reservation that is locked until the transaction ends
   */
  note(
    tx: Queryable,
    document: StockDocument,
    options?: { hold?: string },
  ): Promise<'new' | 'same' | 'other'>;

  /** Moves all or nothing. @returns what there is too little of */
  move(tx: Queryable, deltas: readonly Delta[]): Promise<Shortage[]>;

  /**
   * A parcel has left with what its reservation allocated, each SKU from one
   * warehouse: the usual one.
   *
   * @returns false when it is not such a parcel, or was noted before; then nothing was done
   */
  shipAtOnce(tx: Queryable, parcel: Parcel): Promise<boolean>;

  /** Goods of an order have left, whose reservation the transaction holds. @returns SKUs of which there are not so many; then nothing was done */
  ship(
    tx: Queryable,
    shipment: { shipmentId: string; orderId: string; lines: readonly Line[] },
  ): Promise<{ sku: string; missing: number }[]>;

  /** Warehouses that goods of an order go back to, by SKU; without those that are not known. */
  returnPlaces(
    tx: Queryable,
    options: { orderId: string; skus: readonly string[] },
  ): Promise<Map<string, string>>;

  /** Learns which SKUs a product has. */
  learnProduct(
    tx: Queryable,
    product: {
      productId: string;
      version: number;
      skus: readonly string[];
      sample: boolean;
      deleted: boolean;
    },
  ): Promise<void>;

  /** Which of these are not known. */
  unknown(
    tx: Queryable,
    options: { skus: readonly string[]; warehouseIds: readonly string[] },
  ): Promise<{ skus: string[]; warehouseIds: string[] }>;
}

/** Reads of stock, and the warehouses. */
export interface StockStore {
  /** What can be promised, in the order asked; 0 for a SKU that is not known. */
  availability(
    skus: readonly string[],
  ): Promise<{ sku: string; available: number }[]>;

  find(sku: string): Promise<SkuStock | undefined>;

  /** At most `rows` SKUs after one, by name. */
  list(options: {
    after: string;
    rows: number;
    state?: StockState;
    warehouseId?: string;
  }): Promise<SkuStock[]>;

  /** At most `rows` movements before one, newest first. */
  movements(options: {
    before?: string;
    rows: number;
    sku?: string;
    warehouseId?: string;
    kind?: MovementKind;
    reference?: string;
  }): Promise<Movement[]>;

  warehouses(): Promise<Warehouse[]>;

  /**
   * Makes or changes a warehouse, and gives every SKU a row in it.
   *
   * @returns undefined when another warehouse has this position
   */
  putWarehouse(warehouse: Warehouse): Promise<Warehouse | undefined>;
}
