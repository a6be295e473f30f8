import type { Queryable } from '@shopfloor/service-kit';
import type {
  Difference,
  Reconciliation,
  StockState,
} from '../domain/types.ts';

/** A SKU of a batch: what was told of it, and what is. */
export interface BatchSku {
  sku: string;
  told: StockState;
  actual: StockState;
}

/** Comparing and repairing, and the report of it. */
export interface ReconciliationStore {
  /** Opens one, or gives the one that is open. @returns its id */
  open(options: { id: string; requestedBy: string }): Promise<string>;

  /** Opens one when the last began long enough ago. */
  schedule(options: { id: string; intervalSeconds: number }): Promise<void>;

  /** The open one and the last SKU it has looked at. */
  findOpen(): Promise<{ id: string; afterSku: string } | undefined>;

  /** SKUs after one, by name. */
  batch(options: { after: string; rows: number }): Promise<BatchSku[]>;

  /** Which of these SKUs have a difference, without locking anything. */
  differing(skus: readonly string[]): Promise<string[]>;

  /** Repairs SKUs under their locks and notes in the report what it found. */
  repair(options: {
    reconciliationId: string;
    skus: readonly string[];
  }): Promise<void>;

  /** Adds to the report. @returns whether the reconciliation was still open */
  progress(
    tx: Queryable,
    options: {
      id: string;
      afterSku: string;
      skus: number;
      holdsExpired: number;
      done: boolean;
    },
  ): Promise<boolean>;

  find(id: string): Promise<Reconciliation | undefined>;

  /** At most `rows` reconciliations before one, newest first. */
  list(options: { rows: number; before?: string }): Promise<Reconciliation[]>;

  /** At most `rows` differences of one, after a place. */
  differences(options: {
    id: string;
    rows: number;
    after: readonly [sku: string, warehouseId: string, quantity: string];
  }): Promise<Difference[]>;
}
