import type { Migration } from '@shopfloor/service-kit';
import { providerMigration } from './20261120000000_provider.ts';
import { leanerChargesMigration } from './20261127000000_leaner_charges.ts';

/** The history of the schema, oldest first. */
export const migrations: readonly Migration[] = [
  providerMigration,
  leanerChargesMigration,
];
