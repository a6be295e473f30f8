import { type MigrationOutcome, migrateDatabase } from '@shopfloor/service-kit';
import { migrations } from './migrations/index.ts';

/** Brings the schema up to date. Safe to run again and at once. */
export async function migrateMessages(options: {
  connectionString: string;
}): Promise<MigrationOutcome> {
  return migrateDatabase({
    connectionString: options.connectionString,
    lockName: 'messages',
    migrations,
  });
}
