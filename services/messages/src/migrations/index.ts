import {
  inboxMigration,
  type Migration,
  outboxMigration,
} from '@shopfloor/service-kit';
import { messagesMigration } from './20261126000000_messages.ts';
import { erasuresMigration } from './20261126190000_erasures.ts';

/** The history of the schema, in order. */
export const migrations: readonly Migration[] = [
  outboxMigration,
  inboxMigration,
  messagesMigration,
  erasuresMigration,
];
