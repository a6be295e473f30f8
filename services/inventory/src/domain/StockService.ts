import {
  ConflictError,
  type Database,
  type FieldProblem,
  NotFoundError,
  type Queryable,
  UnprocessableError,
} from '@shopfloor/service-kit';
import type { StockLedger, StockStore } from '../store/StockStore.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { fingerprint, sortLines } from './lines.ts';
import { adjustment, incoming, type Delta } from './movementDeltas.ts';
import { stockState } from './stockState.ts';
import type {
  Availability,
  Line,
  Movement,
  MovementKind,
  Page,
  SkuStock,
  StockState,
  Warehouse,
} from './types.ts';

/** Goods that came into a warehouse. */
export interface Receipt {
  receiptId: string;
  warehouseId: string;
  lines: readonly Line[];
  note?: string;
}

/** A correction of what lies in a warehouse. */
export interface Adjustment {
  adjustmentId: string;
  warehouseId: string;
  sku: string;
  /** Positive: found; negative: lost. Never 0. */
  change: number;
  reason: string;
}

/** Options of {@link StockService}. */
export interface StockServiceOptions {
  database: Database;
  store: StockStore;
  ledger: StockLedger;
  /** Highest availability that counts as low. */
  lowStockThreshold: number;
}

const SKU = /^[^\0]{0,100}$/;
const NUMBER = /^\d{1,18}$/;

/** What lies where, and what staff do about it. */
export class StockService {
  readonly #options: StockServiceOptions;

  static create(options: StockServiceOptions): StockService {
    return new StockService(options);
  }

  private constructor(options: StockServiceOptions) {
    this.#options = options;
  }

  /** What can be promised, in the order asked. A SKU that is not known is out. */
  async availability(skus: readonly string[]): Promise<Availability[]> {
    const found = await this.#options.store.availability(skus);
    return found.map(({ sku, available }) => ({
      sku,
      available,
      state: stockState(available, this.#options.lowStockThreshold),
    }));
  }

  /** @throws NotFoundError `sku-not-found` */
  async get(sku: string): Promise<SkuStock> {
    const found = await this.#options.store.find(sku);
    if (!found) {
      throw new NotFoundError({
        code: 'sku-not-found',
        message: `There is no SKU ${sku}.`,
      });
    }
    return found;
  }

  /** One page of SKUs by name. */
  async list(options: {
    limit: number;
    state?: StockState;
    warehouseId?: string;
    cursor?: string;
  }): Promise<Page<SkuStock>> {
    const { limit, cursor, ...filters } = options;
    const [after] = cursor ? decodeCursor('stock', cursor, [SKU]) : [''];
    const found = await this.#options.store.list({
      ...filters,
      after,
      rows: limit + 1,
    });
    const items = found.slice(0, limit);
    return {
      items,
      nextCursor:
        found.length > limit
          ? encodeCursor('stock', [items[limit - 1].sku])
          : undefined,
    };
  }

  /** One page of the ledger, newest first. */
  async movements(options: {
    limit: number;
    cursor?: string;
    sku?: string;
    warehouseId?: string;
    kind?: MovementKind;
    reference?: string;
  }): Promise<Page<Movement>> {
    const { limit, cursor, ...filters } = options;
    const [before] = cursor ? decodeCursor('movements', cursor, [NUMBER]) : [];
    const found = await this.#options.store.movements({
      ...filters,
      before,
      rows: limit + 1,
    });
    const items = found.slice(0, limit);
    return {
      items,
      nextCursor:
        found.length > limit
          ? encodeCursor('movements', [items[limit - 1].movementId])
          : undefined,
    };
  }

  /** Every warehouse, in the order of preference. */
  async warehouses(): Promise<Warehouse[]> {
    return this.#options.store.warehouses();
  }

  /** @throws ConflictError `position-taken` */
  async putWarehouse(warehouse: Warehouse): Promise<Warehouse> {
    const put = await this.#options.store.putWarehouse(warehouse);
    if (!put) {
      const message = `${warehouse.position} belongs to another warehouse`;
      throw new ConflictError({
        code: 'position-taken',
        message: `Position ${message}.`,
        fields: [{ in: 'body', field: '/position', message }],
      });
    }
    return put;
  }

  /**
   * Books goods in, once for its id.
   *
   * @throws UnprocessableError `unknown-sku` or `unknown-warehouse`
   * @throws ConflictError `id-reused`
   */
  async receive(receipt: Receipt, actor: string): Promise<Receipt> {
    const { receiptId, warehouseId, note } = receipt;
    const lines = sortLines(receipt.lines);
    await this.#options.database.transaction(async tx => {
      await this.#book(tx, {
        id: receiptId,
        kind: 'receipt',
        actor,
        body: [warehouseId, lines.map(({ sku, quantity }) => [sku, quantity])],
        skus: receipt.lines.map(({ sku }) => sku),
        skuField: index => `/lines/${index}/sku`,
        warehouseId,
        deltas: lines.map(({ sku, quantity }) =>
          incoming('received', {
            sku,
            warehouseId,
            quantity,
            reference: receiptId,
            reason: note,
            actor,
          }),
        ),
      });
    });
    return receipt;
  }

  /**
   * Corrects what lies in a warehouse, once for its id.
   *
   * @throws UnprocessableError `unknown-sku` or `unknown-warehouse`
   * @throws ConflictError `insufficient-stock` or `id-reused`
   */
  async adjust(change: Adjustment, actor: string): Promise<Adjustment> {
    const { adjustmentId, warehouseId, sku, reason } = change;
    await this.#options.database.transaction(async tx => {
      await this.#book(tx, {
        id: adjustmentId,
        kind: 'adjustment',
        actor,
        body: [warehouseId, sku, change.change, reason],
        skus: [sku],
        skuField: () => '/sku',
        warehouseId,
        deltas: [
          adjustment({
            sku,
            warehouseId,
            change: change.change,
            reference: adjustmentId,
            reason,
            actor,
          }),
        ],
      });
    });
    return change;
  }

  async #book(
    tx: Queryable,
    booking: {
      id: string;
      kind: 'receipt' | 'adjustment';
      actor: string;
      body: unknown;
      skus: readonly string[];
      skuField: (index: number) => string;
      warehouseId: string;
      deltas: readonly Delta[];
    },
  ): Promise<void> {
    const { ledger } = this.#options;
    const { id, kind, actor, body, skus, skuField, warehouseId } = booking;
    const noted = await ledger.note(tx, {
      id,
      kind,
      actor,
      bodyHash: fingerprint(body),
    });
    if (noted === 'same') {
      return;
    }
    if (noted === 'other') {
      throw new ConflictError({
        code: 'id-reused',
        message: `${id} was used for something else.`,
      });
    }
    const unknown = await ledger.unknown(tx, {
      skus,
      warehouseIds: [warehouseId],
    });
    const fields: FieldProblem[] = skus.flatMap((sku, index) =>
      unknown.skus.includes(sku)
        ? [
            {
              in: 'body' as const,
              field: skuField(index),
              message: `${sku} is not known`,
            },
          ]
        : [],
    );
    if (unknown.warehouseIds.length > 0) {
      throw new UnprocessableError({
        code: 'unknown-warehouse',
        message: `There is no warehouse ${warehouseId}.`,
        fields: [
          { in: 'body', field: '/warehouseId', message: 'is not known' },
          ...fields,
        ],
      });
    }
    if (fields.length > 0) {
      throw new UnprocessableError({
        code: 'unknown-sku',
        message: `There is no SKU ${unknown.skus.join(', ')}.`,
        fields,
      });
    }
    const [short] = await ledger.move(tx, booking.deltas);
    if (short) {
      const message = `only ${short.available} of ${short.sku} in ${short.warehouseId} are free`;
      throw new ConflictError({
        code: 'insufficient-stock',
        message: `This would take away what is promised: ${message}.`,
        fields: [{ in: 'body', field: '/change', message }],
      });
    }
  }
}
