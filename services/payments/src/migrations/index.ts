import {
  inboxMigration,
  type Migration,
  outboxMigration,
  workMigration,
} from '@shopfloor/service-kit';
import { paymentsMigration } from './20261120000000_payments.ts';
import { leanerOperationsMigration } from './20261127000000_leaner_operations.ts';

/** The history of the schema, oldest first. */
export const migrations: readonly Migration[] = [
  outboxMigration,
  inboxMigration,
  paymentsMigration,
  workMigration,
  leanerOperationsMigration,
];
