import { migrateDatabase, type MigrationOutcome } from '@shopfloor/service-kit';
import { migrations } from './migrations/index.ts';

/** Brings the schema up to date. Safe to run again and at once. */
export async function migrateStorefront(
  connectionString: string,
): Promise<MigrationOutcome> {
  return migrateDatabase({
    connectionString,
    lockName: 'storefront',
    migrations,
  });
}
