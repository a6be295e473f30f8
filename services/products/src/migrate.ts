import { loadConfig, readBuildInfo, runMain } from '@shopfloor/service-kit';
import { migrateConfigSpec } from './config.ts';
import { parseFeatures } from './features.ts';
import { migrateProducts } from './migrateProducts.ts';

runMain(async () => {
  const config = loadConfig(migrateConfigSpec, process.env);
  const { features } = readBuildInfo();
  const { applied, sampleParts } = await migrateProducts({
    connectionString: config.DATABASE_URL,
    features: parseFeatures(features),
    sampleData: config.SAMPLE_DATA,
  });
  process.stdout.write(
    `${JSON.stringify({ message: 'Migrated', applied, sample_parts: sampleParts })}\n`,
  );
});
