import type { Database } from '@shopfloor/service-kit';
import type {
  Movement,
  MovementKind,
  SkuStock,
  StockState,
  Warehouse,
  WarehouseStock,
} from '../domain/types.ts';
import type { StockStore } from './StockStore.ts';
import {
  availabilityStatement,
  fillWarehouseStatement,
  findSkuStatement,
  listMovementsStatement,
  listSkusStatement,
  listWarehousesStatement,
  putWarehouseStatement,
} from './stockStatements.ts';

interface SkuRow {
  sku: string;
  product_id: string;
  state: StockState;
  listed: boolean;
  sample: boolean;
  warehouses: WarehouseStock[];
}

interface MovementRow {
  id: string;
  kind: MovementKind;
  sku: string;
  warehouse_id: string;
  quantity: number;
  on_hand: number;
  held: number;
  allocated: number;
  reference: string;
  reason: string | null;
  actor: string | null;
  recorded_at: Date;
}

interface WarehouseRow {
  id: string;
  name: string;
  position: number;
}

/** SKUs that one statement gives a row in a new warehouse. */
const FILL_BATCH = 10_000;

/** SQLSTATE: here, another warehouse has the position. */
const UNIQUE_VIOLATION = '23505';

function toSku(row: SkuRow): SkuStock {
  const { sku, product_id, state, listed, sample, warehouses } = row;
  return {
    sku,
    productId: product_id,
    available: warehouses.reduce((sum, { available }) => sum + available, 0),
    state,
    listed,
    sample,
    warehouses,
  };
}

function toWarehouse({ id, name, position }: WarehouseRow): Warehouse {
  return { warehouseId: id, name, position };
}

/** Reads stock from the service's own database. One round trip each. */
export class DatabaseStockStore implements StockStore {
  readonly #database: Database;

  static create(options: { database: Database }): DatabaseStockStore {
    return new DatabaseStockStore(options.database);
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  async availability(
    skus: readonly string[],
  ): Promise<{ sku: string; available: number }[]> {
    return this.#database.query(availabilityStatement, [JSON.stringify(skus)]);
  }

  async find(sku: string): Promise<SkuStock | undefined> {
    const [row] = await this.#database.query<SkuRow>(findSkuStatement, [sku]);
    return row && toSku(row);
  }

  async list(options: {
    after: string;
    rows: number;
    state?: StockState;
    warehouseId?: string;
  }): Promise<SkuStock[]> {
    const { after, rows, state, warehouseId } = options;
    const found = await this.#database.query<SkuRow>(listSkusStatement, [
      after,
      rows,
      state,
      warehouseId,
    ]);
    return found.map(toSku);
  }

  async movements(options: {
    before?: string;
    rows: number;
    sku?: string;
    warehouseId?: string;
    kind?: MovementKind;
    reference?: string;
  }): Promise<Movement[]> {
    const { before, rows, sku, warehouseId, kind, reference } = options;
    const found = await this.#database.query<MovementRow>(
      listMovementsStatement({
        sku: sku !== undefined,
        reference: reference !== undefined,
      }),
      [before, rows, sku, warehouseId, kind, reference],
    );
    return found.map(row => ({
      movementId: row.id,
      kind: row.kind,
      sku: row.sku,
      warehouseId: row.warehouse_id,
      quantity: row.quantity,
      onHand: row.on_hand,
      held: row.held,
      allocated: row.allocated,
      reference: row.reference,
      reason: row.reason ?? undefined,
      actor: row.actor ?? undefined,
      recordedAt: row.recorded_at.toISOString(),
    }));
  }

  async warehouses(): Promise<Warehouse[]> {
    const rows = await this.#database.query<WarehouseRow>(
      listWarehousesStatement,
    );
    return rows.map(toWarehouse);
  }

  async putWarehouse(warehouse: Warehouse): Promise<Warehouse | undefined> {
    const { warehouseId, name, position } = warehouse;
    try {
      const [row] = await this.#database.query<WarehouseRow>(
        putWarehouseStatement,
        [warehouseId, name, position],
      );
      await this.#fill(warehouseId);
      return toWarehouse(row);
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      if (cause?.code === UNIQUE_VIOLATION) {
        return undefined;
      }
      throw error;
    }
  }

  async #fill(warehouseId: string): Promise<void> {
    let after = '';
    let rows = FILL_BATCH;
    while (rows === FILL_BATCH) {
      const [batch] = await this.#database.query<{
        last: string | null;
        rows: number;
      }>(fillWarehouseStatement, [warehouseId, after, FILL_BATCH]);
      after = batch.last ?? after;
      rows = batch.rows;
    }
  }
}
