import {
  createCache,
  createFlags,
  createLogger,
  dependencyOptions,
  Faults,
  Health,
  PooledDatabase,
  readBuildInfo,
  runMain,
  runService,
  ServiceClient,
  ServiceMetrics,
  Tracing,
} from '@shopfloor/service-kit';
import {
  DEPENDENCIES,
  type Dependency,
  readStorefrontConfig,
} from './config.ts';
import { createApp } from './createApp.ts';

runMain(async () => {
  const config = readStorefrontConfig(process.env);
  const service = {
    name: 'storefront',
    version: readBuildInfo().version,
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
  const flags = await createFlags({ config, metrics, logger });
  const faults = Faults.fromConfig({ config, flags, metrics, logger });
  const database = PooledDatabase.create({
    config,
    applicationName: `storefront ${config.POD_NAME}`,
    metrics,
    tracing,
    logger,
  });
  const cache = await createCache({ config, name: 'reads', metrics, logger });
  const clients = Object.fromEntries(
    DEPENDENCIES.map(name => [
      name,
      ServiceClient.create({
        ...dependencyOptions(config, name),
        metrics,
        tracing,
        logger,
        faults,
      }),
    ]),
  ) as Record<Dependency, ServiceClient>;
  const health = new Health({
    // Not the services behind: without them the shop still shows what it has cached.
    checks: [{ name: 'database', check: () => database.ping() }],
  });
  const app = await createApp({
    service,
    config,
    database,
    cache,
    clients,
    now: () => database.now(),
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
      ...Object.entries(clients).map(([name, client]) => ({
        name,
        close: () => client.close(),
      })),
      { name: 'cache', close: () => cache.close() },
      { name: 'flags', close: () => flags.close() },
      { name: 'database', close: () => database.close() },
      { name: 'tracing', close: () => tracing.close() },
    ],
  });
});
