import { type MigrationOutcome, migrateDatabase } from '@shopfloor/service-kit';
import type { Feature } from './features.ts';
import { migrationsFor } from './migrations/index.ts';
import { loadSampleData } from './sample/loadSampleData.ts';

/** Options of {@link migrateProducts}. */
export interface MigrateProductsOptions {
  connectionString: string;
  features: ReadonlySet<Feature>;
  sampleData: boolean;
}

/** Brings the schema up to date and, when asked, puts the sample data in. Safe to run again and at once. */
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
    },
  });
  return { ...outcome, sampleParts };
}
