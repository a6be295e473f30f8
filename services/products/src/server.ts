import {
  createLogger,
  Health,
  PooledDatabase,
  readBuildInfo,
  runMain,
  runService,
  ServiceMetrics,
  Tracing,
} from '@shopfloor/service-kit';
import { readProductsConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { parseFeatures } from './features.ts';

runMain(async () => {
  const config = readProductsConfig(process.env);
  const build = readBuildInfo();
  const service = {
    name: 'products',
    version: build.version,
    release: config.SERVICE_VERSION,
    environment: config.POD_NAMESPACE,
    instance: config.POD_NAME,
  };
  const logger = createLogger({ service, level: config.LOG_LEVEL });
  const metrics = ServiceMetrics.create();
  const tracing = Tracing.create({
    service,
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
    logger,
  });
  const database = PooledDatabase.create({
    config,
    applicationName: `products ${config.POD_NAME}`,
    metrics,
    tracing,
    logger,
  });
  const health = new Health({
    checks: [{ name: 'database', check: () => database.ping() }],
  });
  const app = await createApp({
    service,
    config,
    database,
    features: parseFeatures(build.features),
    health,
    metrics,
    tracing,
    logger,
  });
  await runService({
    app,
    config,
    health,
    logger,
    closeables: [
      { name: 'database', close: () => database.close() },
      { name: 'tracing', close: () => tracing.close() },
    ],
  });
});
