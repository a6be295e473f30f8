import {
  type MigrationOutcome,
  migrateDatabase,
  type Statement,
} from '@shopfloor/service-kit';
import type { Feature } from './features.ts';
import type { Knex } from 'knex';
import { migrationsFor } from './migrations/index.ts';
import {
  announceProductsStatement,
  lockUnannouncedStatement,
} from './store/announceStatements.ts';
import { loadSampleData } from './sample/loadSampleData.ts';

/** Options of {@link migrateProducts}. */
export interface MigrateProductsOptions {
  connectionString: string;
  features: ReadonlySet<Feature>;
  sampleData: boolean;
}

/** Products that one statement tells of. */
const BATCH = 500;

/** Runs a statement of the service on the connection of the migrations. */
async function run<Row>(
  knex: Knex,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const bindings: unknown[] = [];
  const text = statement.text.replace(/\$(\d)/g, (_match, place: string) => {
    bindings.push(values[Number(place) - 1]);
    return '?';
  });
  const { rows } = await knex.raw<{ rows: Row[] }>(
    text,
    bindings as Knex.RawBinding[],
  );
  return rows;
}

/** Tells other services of products they have not heard of, in batches. */
async function announceChanges(
  knex: Knex,
  features: ReadonlySet<Feature>,
): Promise<void> {
  const announce = announceProductsStatement(features.has('ratings'));
  let told = BATCH;
  while (told === BATCH) {
    told = await knex.transaction(async transaction => {
      const rows = await run<{ id: string }>(
        transaction,
        lockUnannouncedStatement,
        [BATCH],
      );
      const ids = rows.map(({ id }) => id);
      await run(transaction, announce, [null, ids]);
      return ids.length;
    });
  }
}

/**
 * Brings the schema up to date, puts the sample data in when asked, and tells other
 * services of products they have not heard of. Safe to run again and at once.
 */
export async function migrateProducts(
  options: MigrateProductsOptions,
): Promise<MigrationOutcome & { sampleParts: string[] }> {
  let sampleParts: string[] = [];
  const outcome = await migrateDatabase({
    connectionString: options.connectionString,
    lockName: 'products',
    migrations: migrationsFor(options.features),
    afterwards: async knex => {
      if (options.sampleData) {
        sampleParts = await loadSampleData(knex, options.features);
      }
      await announceChanges(knex, options.features);
    },
  });
  return { ...outcome, sampleParts };
}
