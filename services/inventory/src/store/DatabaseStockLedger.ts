import { currentTraceparent, type Queryable } from '@shopfloor/service-kit';
import type { Delta } from '../domain/movementDeltas.ts';
import type { Line } from '../domain/types.ts';
import { shipAtOnceStatement } from './oneWarehouseStatements.ts';
import type {
  Parcel,
  Shortage,
  StockDocument,
  StockLedger,
} from './StockStore.ts';
import {
  ensureStockStatement,
  fillSkusStatement,
  findDocumentStatement,
  insertDocumentStatement,
  moveStatement,
  returnPlacesStatement,
  shipStatement,
  unknownStatement,
  upsertSkusStatement,
} from './stockStatements.ts';

/** Moves stock in the service's own database. */
export class DatabaseStockLedger implements StockLedger {
  readonly #threshold: number;

  static create(options: {
    /** Highest availability that counts as low. */
    lowStockThreshold: number;
  }): DatabaseStockLedger {
    return new DatabaseStockLedger(options.lowStockThreshold);
  }

  private constructor(threshold: number) {
    this.#threshold = threshold;
  }

  async note(
    tx: Queryable,
    document: StockDocument,
    options: { hold?: string } = {},
  ): Promise<'new' | 'same' | 'other'> {
    const { id, kind, bodyHash, actor } = document;
    const [{ fresh }] = await tx.query<{ fresh: boolean }>(
      insertDocumentStatement,
      [id, kind, bodyHash, actor, options.hold],
    );
    if (fresh) {
      return 'new';
    }
    const [known] = await tx.query<{ kind: string; body_hash: string }>(
      findDocumentStatement,
      [id],
    );
    return known.kind === kind && known.body_hash === bodyHash
      ? 'same'
      : 'other';
  }

  async move(tx: Queryable, deltas: readonly Delta[]): Promise<Shortage[]> {
    await tx.query(ensureStockStatement, [
      deltas.map(({ sku }) => sku),
      deltas.map(({ warehouseId }) => warehouseId),
    ]);
    const rows = await tx.query<{
      sku: string;
      warehouse_id: string;
      available: number | null;
    }>(moveStatement, [
      JSON.stringify(
        deltas.map(({ warehouseId, onHand, ...delta }) => ({
          ...delta,
          warehouse_id: warehouseId,
          on_hand: onHand,
        })),
      ),
      this.#threshold,
      currentTraceparent(),
      [],
    ]);
    return rows.map(({ sku, warehouse_id, available }) => ({
      sku,
      warehouseId: warehouse_id,
      available: available ?? 0,
    }));
  }

  async shipAtOnce(tx: Queryable, parcel: Parcel): Promise<boolean> {
    const { eventId, bodyHash, shipmentId, orderId, lines } = parcel;
    const noted = await tx.query(shipAtOnceStatement, [
      eventId,
      bodyHash,
      orderId,
      lines.map(({ sku }) => sku),
      lines.map(({ quantity }) => quantity),
      shipmentId,
    ]);
    return noted.length > 0;
  }

  async ship(
    tx: Queryable,
    shipment: { shipmentId: string; orderId: string; lines: readonly Line[] },
  ): Promise<{ sku: string; missing: number }[]> {
    const { shipmentId, orderId, lines } = shipment;
    return tx.query(shipStatement, [
      orderId,
      JSON.stringify(lines),
      shipmentId,
      this.#threshold,
      currentTraceparent(),
    ]);
  }

  async returnPlaces(
    tx: Queryable,
    options: { orderId: string; skus: readonly string[] },
  ): Promise<Map<string, string>> {
    const rows = await tx.query<{ sku: string; warehouse_id: string | null }>(
      returnPlacesStatement,
      [options.orderId, options.skus],
    );
    return new Map(
      rows.flatMap(({ sku, warehouse_id }) =>
        warehouse_id === null ? [] : [[sku, warehouse_id] as const],
      ),
    );
  }

  async learnProduct(
    tx: Queryable,
    product: {
      productId: string;
      version: number;
      skus: readonly string[];
      sample: boolean;
      deleted: boolean;
    },
  ): Promise<void> {
    await tx.query(upsertSkusStatement, [
      product.productId,
      product.version,
      product.skus,
      product.sample,
      product.deleted,
    ]);
    await tx.query(fillSkusStatement, [product.skus]);
  }

  async unknown(
    tx: Queryable,
    options: { skus: readonly string[]; warehouseIds: readonly string[] },
  ): Promise<{ skus: string[]; warehouseIds: string[] }> {
    const rows = await tx.query<{ what: string; name: string }>(
      unknownStatement,
      [options.skus, options.warehouseIds],
    );
    const named = (wanted: string) =>
      rows.filter(({ what }) => what === wanted).map(({ name }) => name);
    return { skus: named('sku'), warehouseIds: named('warehouse') };
  }
}
