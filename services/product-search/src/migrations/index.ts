import {
  inboxMigration,
  type Migration,
  searchMigration,
} from '@shopfloor/service-kit';
import { sourcesMigration } from './20261126000000_sources.ts';

/** The migrations of this service, with those of the parts of the kit that it uses. */
export const migrations: readonly Migration[] = [
  inboxMigration,
  searchMigration,
  sourcesMigration,
];
