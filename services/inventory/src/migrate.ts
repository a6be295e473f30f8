import { loadConfig, runMain } from '@shopfloor/service-kit';
import { migrateConfigSpec } from './config.ts';
import { migrateInventory } from './migrateInventory.ts';

runMain(async () => {
  const config = loadConfig(migrateConfigSpec, process.env);
  const { applied } = await migrateInventory({
    connectionString: config.DATABASE_URL,
    sampleData: config.SAMPLE_DATA,
  });
  process.stdout.write(`${JSON.stringify({ message: 'Migrated', applied })}\n`);
});
