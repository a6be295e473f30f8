import {
  inboxMigration,
  type Migration,
  outboxMigration,
} from '@shopfloor/service-kit';
import { shipmentsMigration } from './20261126000000_shipments.ts';

/** The history of the schema, in order. */
export const migrations: readonly Migration[] = [
  outboxMigration,
  inboxMigration,
  shipmentsMigration,
];
