import {
  inboxMigration,
  outboxMigration,
  type Migration,
} from '@shopfloor/service-kit';
import { cartsMigration } from './20261126000000_carts.ts';

/** Every migration of the service's database, in order. */
export const migrations: readonly Migration[] = [
  outboxMigration,
  inboxMigration,
  cartsMigration,
];
