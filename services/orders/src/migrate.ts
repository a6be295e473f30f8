import { loadConfig, runMain } from '@shopfloor/service-kit';
import { migrateConfigSpec } from './config.ts';
import { migrateOrders } from './migrateOrders.ts';

runMain(async () => {
  const config = loadConfig(migrateConfigSpec, process.env);
  const { applied } = await migrateOrders({
    connectionString: config.DATABASE_URL,
  });
  process.stdout.write(`${JSON.stringify({ message: 'Migrated', applied })}\n`);
});
