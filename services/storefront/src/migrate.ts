import { loadConfig, runMain } from '@shopfloor/service-kit';
import { migrateConfigSpec } from './config.ts';
import { migrateStorefront } from './migrateStorefront.ts';

runMain(async () => {
  const config = loadConfig(migrateConfigSpec, process.env);
  const { applied } = await migrateStorefront(config.DATABASE_URL);
  process.stdout.write(`${JSON.stringify({ message: 'Migrated', applied })}\n`);
});
