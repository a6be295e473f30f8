import knexModule, { type Knex } from 'knex';
import pg from 'pg';

/** One step of a schema's history. Steps of the past are never changed. */
export interface Migration {
  /** Sorts in the order of application, such as `20261101000000_products`. */
  name: string;
  up: (knex: Knex) => Promise<void>;
  down: (knex: Knex) => Promise<void>;
}

/** Options of {@link migrateDatabase}. */
export interface MigrateDatabaseOptions {
  connectionString: string;
  /** Distinguishes the lock of this service from others in the same server. */
  lockName: string;
  migrations: readonly Migration[];
  /** Work on the migrated schema under the same lock, such as sample data. */
  afterwards?: (knex: Knex) => Promise<void>;
  /** Longest wait for another instance that migrates. */
  lockTimeoutMs?: number;
  /** Longest run of one statement. */
  statementTimeoutMs?: number;
}

/** What a migration run did. */
export interface MigrationOutcome {
  applied: string[];
}

function migratorConfig(migrations: readonly Migration[]): Knex.MigratorConfig {
  return {
    tableName: 'schema_migrations',
    // An older version may meet a schema that a newer one has already expanded.
    disableMigrationsListValidation: true,
    migrationSource: {
      getMigrations: async () =>
        [...migrations].sort((a, b) => (a.name < b.name ? -1 : 1)),
      getMigrationName: (migration: Migration) => migration.name,
      getMigration: async (migration: Migration) => migration,
    },
  };
}

/** Connects knex for migrations; the running service never uses it. */
export function createMigrationKnex(
  connectionString: string,
  options: { statementTimeoutMs?: number } = {},
): Knex {
  const factory = ((knexModule as unknown as { default?: unknown }).default ??
    knexModule) as typeof knexModule.default;
  return factory({
    client: 'pg',
    connection: {
      connectionString,
      application_name: 'migrate',
      statement_timeout: options.statementTimeoutMs ?? 120_000,
    } as Knex.PgConnectionConfig,
    pool: { min: 0, max: 1 },
    // What it would print is thrown as well; standard output stays JSON.
    log: { warn() {}, error() {}, deprecate() {}, debug() {} },
  });
}

/**
 * Brings a database to the newest of the given migrations.
 *
 * Several instances may start at once: a session lock of PostgreSQL lets one
 * work and the others wait. The lock dies with its connection, so nothing stays
 * locked after a `kill -9`; knex's own lock row, which would, is released.
 */
export async function migrateDatabase(
  options: MigrateDatabaseOptions,
): Promise<MigrationOutcome> {
  const lock = new pg.Client({
    connectionString: options.connectionString,
    application_name: 'migrate-lock',
    connectionTimeoutMillis: 10_000,
  });
  await lock.connect();
  const knex = createMigrationKnex(options.connectionString, options);
  try {
    await lock.query(`set lock_timeout = ${options.lockTimeoutMs ?? 120_000}`);
    await lock.query('select pg_advisory_lock(hashtextextended($1, 0))', [
      `shopfloor:migrate:${options.lockName}`,
    ]);
    const config = migratorConfig(options.migrations);
    await knex.migrate.forceFreeMigrationsLock(config);
    const [, applied] = await knex.migrate.latest(config);
    await options.afterwards?.(knex);
    return { applied };
  } finally {
    await knex.destroy();
    await lock.end();
  }
}

/** Takes every given migration back, newest first. For tests and emergencies. */
export async function revertDatabase(
  options: Pick<MigrateDatabaseOptions, 'connectionString' | 'migrations'>,
): Promise<void> {
  const knex = createMigrationKnex(options.connectionString);
  try {
    await knex.migrate.rollback(migratorConfig(options.migrations), true);
  } finally {
    await knex.destroy();
  }
}
