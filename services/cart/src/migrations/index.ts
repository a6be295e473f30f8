import {
  inboxMigration,
  type Migration,
  outboxMigration,
  workMigration,
} from '@shopfloor/service-kit';
import { cartsMigration } from './20261126000000_carts.ts';
import { subtractedOrdersMigration } from './20261126000100_subtracted_orders.ts';
import { hotCartsMigration } from './20261127040000_hot_carts.ts';

/** Every migration of the service's database, in order. */
export const migrations: readonly Migration[] = [
  outboxMigration,
  inboxMigration,
  cartsMigration,
  workMigration,
  subtractedOrdersMigration,
  hotCartsMigration,
];
