import {
  currentTraceparent,
  type Database,
  type Queryable,
} from '@shopfloor/service-kit';
import { type Comparison, planRepair } from '../domain/planRepair.ts';
import type {
  Difference,
  Reconciliation,
  StockState,
} from '../domain/types.ts';
import type { BatchSku, ReconciliationStore } from './ReconciliationStore.ts';
import {
  adjustLedgerStatement,
  batchStatement,
  clearStrayLinesStatement,
  differingStatement,
  findReconciliationStatement,
  insertDifferenceStatement,
  listDifferencesStatement,
  listReconciliationsStatement,
  lockStockStatement,
  openReconciliationStatement,
  openStatement,
  progressStatement,
  scheduleReconciliationStatement,
  setStockStatement,
  stateStatement,
} from './reconciliationStatements.ts';
import { moveStatement } from './stockStatements.ts';

interface ComparisonRow {
  sku: string;
  warehouse_id: string;
  stock_on_hand: number;
  stock_held: number;
  stock_allocated: number;
  ledger_on_hand: number;
  ledger_held: number;
  ledger_allocated: number;
  kept_held: number;
  kept_allocated: number;
}

interface ReconciliationRow {
  id: string;
  state: 'open' | 'done';
  requested_by: string;
  skus_checked: number;
  holds_expired: number;
  differences: number;
  unrepaired: number;
  started_at: Date;
  finished_at: Date | null;
}

interface DifferenceRow {
  sku: string;
  warehouse_id: string;
  quantity: Difference['quantity'];
  stock: string;
  ledger: string | null;
  reservations: string | null;
  outcome: Difference['outcome'];
}

function toComparison(row: ComparisonRow): Comparison {
  return {
    sku: row.sku,
    warehouseId: row.warehouse_id,
    stock: {
      onHand: row.stock_on_hand,
      held: row.stock_held,
      allocated: row.stock_allocated,
    },
    ledger: {
      onHand: row.ledger_on_hand,
      held: row.ledger_held,
      allocated: row.ledger_allocated,
    },
    kept: { held: row.kept_held, allocated: row.kept_allocated },
  };
}

function toReconciliation(row: ReconciliationRow): Reconciliation {
  return {
    reconciliationId: row.id,
    state: row.state,
    requestedBy: row.requested_by,
    skusChecked: row.skus_checked,
    holdsExpired: row.holds_expired,
    differences: row.differences,
    unrepaired: row.unrepaired,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString(),
  };
}

/** Compares and repairs in the service's own database. */
export class DatabaseReconciliationStore implements ReconciliationStore {
  readonly #database: Database;
  readonly #threshold: number;

  static create(options: {
    database: Database;
    lowStockThreshold: number;
  }): DatabaseReconciliationStore {
    return new DatabaseReconciliationStore(
      options.database,
      options.lowStockThreshold,
    );
  }

  private constructor(database: Database, threshold: number) {
    this.#database = database;
    this.#threshold = threshold;
  }

  async open(options: { id: string; requestedBy: string }): Promise<string> {
    const [row] = await this.#database.query<{ id: string }>(
      openReconciliationStatement,
      [options.id, options.requestedBy],
    );
    return row.id;
  }

  async schedule(options: {
    id: string;
    intervalSeconds: number;
  }): Promise<void> {
    await this.#database.query(scheduleReconciliationStatement, [
      options.id,
      options.intervalSeconds,
    ]);
  }

  async findOpen(): Promise<{ id: string; afterSku: string } | undefined> {
    const [row] = await this.#database.query<{ id: string; after_sku: string }>(
      openStatement,
    );
    return row && { id: row.id, afterSku: row.after_sku };
  }

  async batch(options: { after: string; rows: number }): Promise<BatchSku[]> {
    return this.#database.query(batchStatement, [
      options.after,
      options.rows,
      this.#threshold,
    ]);
  }

  async differing(skus: readonly string[]): Promise<string[]> {
    const rows = await this.#database.query<ComparisonRow>(differingStatement, [
      skus,
    ]);
    return [...new Set(rows.map(({ sku }) => sku))];
  }

  async repair(options: {
    reconciliationId: string;
    skus: readonly string[];
  }): Promise<void> {
    const { reconciliationId, skus } = options;
    await this.#database.transaction(async tx => {
      await tx.query(lockStockStatement, [skus]);
      // Read after the locks, by a statement of its own: what was seen before may have been in motion.
      const rows = await tx.query<ComparisonRow>(differingStatement, [skus]);
      for (const comparison of rows.map(toComparison)) {
        await this.#repairPlace(tx, reconciliationId, comparison);
      }
      await tx.query(clearStrayLinesStatement, [skus]);
      await this.#repairStates(tx, reconciliationId, skus);
    });
  }

  async #repairPlace(
    tx: Queryable,
    reconciliationId: string,
    comparison: Comparison,
  ): Promise<void> {
    const { sku, warehouseId } = comparison;
    const { stock, adjustment, differences } = planRepair(comparison);
    if (stock) {
      const { onHand, held, allocated } = stock;
      await tx.query(setStockStatement, [
        sku,
        warehouseId,
        onHand,
        held,
        allocated,
      ]);
    }
    if (adjustment) {
      await tx.query(adjustLedgerStatement, [
        sku,
        warehouseId,
        adjustment.held,
        adjustment.allocated,
        reconciliationId,
        'reconciliation',
      ]);
    }
    for (const difference of differences) {
      await this.#note(tx, reconciliationId, difference);
    }
  }

  /** Tells others again what they were told wrong, or were not told. */
  async #repairStates(
    tx: Queryable,
    reconciliationId: string,
    skus: readonly string[],
  ): Promise<void> {
    const rows = await tx.query<{
      sku: string;
      told: StockState;
      actual: StockState;
    }>(stateStatement, [skus, this.#threshold]);
    for (const { sku, told, actual } of rows) {
      await this.#note(tx, reconciliationId, {
        sku,
        warehouseId: '',
        quantity: 'state',
        stock: told,
        ledger: actual,
        outcome: 'repaired',
      });
    }
    await tx.query(moveStatement, [
      '[]',
      this.#threshold,
      currentTraceparent(),
      skus,
    ]);
  }

  async #note(
    tx: Queryable,
    reconciliationId: string,
    difference: Difference,
  ): Promise<void> {
    await tx.query(insertDifferenceStatement, [
      reconciliationId,
      difference.sku,
      difference.warehouseId,
      difference.quantity,
      difference.stock,
      difference.ledger,
      difference.reservations,
      difference.outcome,
    ]);
  }

  async progress(
    tx: Queryable,
    options: {
      id: string;
      afterSku: string;
      skus: number;
      holdsExpired: number;
      done: boolean;
    },
  ): Promise<boolean> {
    const rows = await tx.query(progressStatement, [
      options.id,
      options.afterSku,
      options.skus,
      options.holdsExpired,
      options.done,
    ]);
    return rows.length > 0;
  }

  async find(id: string): Promise<Reconciliation | undefined> {
    const [row] = await this.#database.query<ReconciliationRow>(
      findReconciliationStatement,
      [id],
    );
    return row && toReconciliation(row);
  }

  async list(options: {
    rows: number;
    before?: string;
  }): Promise<Reconciliation[]> {
    const rows = await this.#database.query<ReconciliationRow>(
      listReconciliationsStatement,
      [options.rows, options.before],
    );
    return rows.map(toReconciliation);
  }

  async differences(options: {
    id: string;
    rows: number;
    after: readonly [sku: string, warehouseId: string, quantity: string];
  }): Promise<Difference[]> {
    const rows = await this.#database.query<DifferenceRow>(
      listDifferencesStatement,
      [options.id, options.rows, ...options.after],
    );
    return rows.map(({ warehouse_id, ledger, reservations, ...row }) => ({
      ...row,
      warehouseId: warehouse_id,
      ledger: ledger ?? undefined,
      reservations: reservations ?? undefined,
    }));
  }
}
