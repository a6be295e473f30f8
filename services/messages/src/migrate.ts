import { loadConfig, runMain } from '@shopfloor/service-kit';
import { migrateConfigSpec } from './config.ts';
import { migrateMessages } from './migrateMessages.ts';

runMain(async () => {
  const config = loadConfig(migrateConfigSpec, process.env);
  const { applied } = await migrateMessages({
    connectionString: config.DATABASE_URL,
  });
  process.stdout.write(`${JSON.stringify({ message: 'Migrated', applied })}\n`);
});
