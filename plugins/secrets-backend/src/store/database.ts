import { DatabaseService } from '@backstage/backend-plugin-api';
import {
  migrationsOf,
  openDatabase as openPluginDatabase,
} from '@shopfloor/plugin-database-node';
import { Knex } from 'knex';

/** Folder of the migrations. */
export const migrationsDirectory = migrationsOf(
  '@shopfloor/plugin-secrets-backend',
);

/**
 * The database of the plugin, migrated unless that is left to an operator, and closed to every role but its own: PostgreSQL lets
 * all roles connect to a new one.
 */
export async function openDatabase(database: DatabaseService): Promise<Knex> {
  const db = await openPluginDatabase({
    database,
    migrations: migrationsDirectory,
  });
  await db.raw(
    `do $$ begin execute format('revoke connect, temporary on database %I from public', current_database()); end $$`,
  );
  return db;
}
