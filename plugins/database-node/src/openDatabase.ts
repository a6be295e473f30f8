import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { Knex } from 'knex';

/**
 * The folder of the migrations of a package.
 *
 * @param packageName - for example `@shopfloor/plugin-checks-backend`
 */
export function migrationsOf(packageName: string): string {
  return resolvePackagePath(packageName, 'migrations');
}

/** The database of a plugin, migrated unless that is left to an operator. */
export async function openDatabase(options: {
  database: DatabaseService;
  /** As {@link migrationsOf} gives it. */
  migrations: string;
}): Promise<Knex> {
  const { database, migrations } = options;
  const db = await database.getClient();
  if (!database.migrations?.skip) {
    await db.migrate.latest({ directory: migrations });
  }
  return db;
}
