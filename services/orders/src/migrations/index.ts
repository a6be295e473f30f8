import {
  inboxMigration,
  type Migration,
  outboxMigration,
  workMigration,
} from '@shopfloor/service-kit';
import { ordersMigration } from './20261126000000_orders.ts';
import { parcelsMigration } from './20261126120000_parcels.ts';
import { retentionMigration } from './20261126180000_retention.ts';
import { liveOrdersMigration } from './20261126190000_live_orders.ts';
import { hotOrdersMigration } from './20261127020000_hot_orders.ts';

/** The migrations of orders, in order. */
export const migrations: readonly Migration[] = [
  outboxMigration,
  inboxMigration,
  workMigration,
  ordersMigration,
  parcelsMigration,
  retentionMigration,
  liveOrdersMigration,
  hotOrdersMigration,
];
