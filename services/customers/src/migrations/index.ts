import {
  inboxMigration,
  outboxMigration,
  type Migration,
} from '@shopfloor/service-kit';
import { customersMigration } from './20261126000000_customers.ts';
import { dataJobsMigration } from './20261126000100_data_jobs.ts';

/** Every migration of the service's database, in order. */
export const migrations: readonly Migration[] = [
  outboxMigration,
  inboxMigration,
  customersMigration,
  dataJobsMigration,
];
