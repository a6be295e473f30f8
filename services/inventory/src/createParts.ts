import { type Database, newId, WorkLease } from '@shopfloor/service-kit';
import type { InventoryConfig } from './config.ts';
import { Reconciler } from './domain/Reconciler.ts';
import { ReservationService } from './domain/ReservationService.ts';
import { StockService } from './domain/StockService.ts';
import { Sweeper } from './domain/Sweeper.ts';
import { DatabaseReconciliationStore } from './store/DatabaseReconciliationStore.ts';
import { DatabaseReservationStore } from './store/DatabaseReservationStore.ts';
import { DatabaseStockLedger } from './store/DatabaseStockLedger.ts';
import { DatabaseStockStore } from './store/DatabaseStockStore.ts';
import type { StockLedger } from './store/StockStore.ts';

/** What inventory is made of, apart from the ways in and out. */
export interface Parts {
  reservations: ReservationService;
  stock: StockService;
  ledger: StockLedger;
  sweeper: Sweeper;
  reconciler: Reconciler;
  reconcileLease: WorkLease;
}

/** Options of {@link createParts}. */
export interface CreatePartsOptions {
  config: Pick<
    InventoryConfig,
    'LOW_STOCK_THRESHOLD' | 'RECONCILE_INTERVAL_SECONDS'
  >;
  database: Database;
}

/** Puts stores and services together. */
export function createParts({ config, database }: CreatePartsOptions): Parts {
  const lowStockThreshold = config.LOW_STOCK_THRESHOLD;
  const reservationStore = DatabaseReservationStore.create({
    database,
    lowStockThreshold,
  });
  const ledger = DatabaseStockLedger.create({ lowStockThreshold });
  const sweeper = Sweeper.create({ reservations: reservationStore });
  const reconcileLease = WorkLease.create({
    database,
    name: 'reconcile',
    seconds: 30,
  });
  return {
    reservations: ReservationService.create({ store: reservationStore }),
    stock: StockService.create({
      database,
      store: DatabaseStockStore.create({ database }),
      ledger,
      lowStockThreshold,
    }),
    ledger,
    sweeper,
    reconcileLease,
    reconciler: Reconciler.create({
      store: DatabaseReconciliationStore.create({
        database,
        lowStockThreshold,
      }),
      sweeper,
      lease: reconcileLease,
      createId: newId,
      intervalSeconds: config.RECONCILE_INTERVAL_SECONDS,
    }),
  };
}
