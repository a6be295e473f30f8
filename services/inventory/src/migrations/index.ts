import {
  inboxMigration,
  type Migration,
  outboxMigration,
  workMigration,
} from '@shopfloor/service-kit';
import { inventoryMigration } from './20261126000000_inventory.ts';
import { leanWritesMigration } from './20261127060000_lean_writes.ts';

/** The migrations of this service, with those of the parts of the kit that it uses. */
export const migrations: readonly Migration[] = [
  outboxMigration,
  inboxMigration,
  inventoryMigration,
  workMigration,
  leanWritesMigration,
];
