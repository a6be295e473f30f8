import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { Knex } from 'knex';

/** Folder of the migrations. */
export const migrationsDirectory = resolvePackagePath(
  '@shopfloor/plugin-secrets-backend',
  'migrations',
);

/**
 * The database of the plugin, migrated unless that is left to an operator, and closed to every role but its own: PostgreSQL lets
 * all roles connect to a new one.
 */
export async function openDatabase(database: DatabaseService): Promise<Knex> {
  const db = await database.getClient();
  if (!database.migrations?.skip) {
    await db.migrate.latest({ directory: migrationsDirectory });
  }
  await db.raw(
    `do $$ begin execute format('revoke connect, temporary on database %I from public', current_database()); end $$`,
  );
  return db;
}
