import { type MigrationOutcome, migrateDatabase } from '@shopfloor/service-kit';
import { migrations } from './migrations/index.ts';
import { SAMPLE_WAREHOUSES } from './sample/sampleStock.ts';

/** Options of {@link migrateInventory}. */
export interface MigrateInventoryOptions {
  connectionString: string;
  /** Whether the sample warehouses are put in; their stock comes with the products' events. */
  sampleData: boolean;
}

/** Brings the schema up to date. Safe to run again and at once. */
export async function migrateInventory(
  options: MigrateInventoryOptions,
): Promise<MigrationOutcome> {
  return migrateDatabase({
    connectionString: options.connectionString,
    lockName: 'inventory',
    migrations,
    afterwards: async knex => {
      if (options.sampleData) {
        await knex('warehouses')
          .insert(SAMPLE_WAREHOUSES.map(warehouse => ({ ...warehouse })))
          .onConflict('id')
          .ignore();
        await knex.raw(
          `insert into stock (sku, warehouse_id)
           select sku, id from skus cross join warehouses
           on conflict (sku, warehouse_id) do nothing`,
        );
      }
    },
  });
}
