import { loadConfig, migrateDatabase, runMain } from '@shopfloor/service-kit';
import { migrateConfigSpec } from './config.ts';
import { migrations } from './migrations/index.ts';

runMain(async () => {
  const config = loadConfig(migrateConfigSpec, process.env);
  const { applied } = await migrateDatabase({
    connectionString: config.DATABASE_URL,
    lockName: 'customers',
    migrations,
  });
  process.stdout.write(`${JSON.stringify({ message: 'Migrated', applied })}\n`);
});
